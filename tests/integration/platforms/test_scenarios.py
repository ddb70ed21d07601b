"""Every scenario of the simulated platforms through the real parser, resolver, guard, child and yt-dlp."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from clipsight.testing.platforms import SCENARIOS, Scenario, SimulatedPlatforms
from clipsight.testing.platforms.matrix import AT_ONCE, Played, play
from clipsight.testing.platforms.post import facts_on
from clipsight.testing.platforms.scenarios import SUCCESS
from clipsight.testing.platforms.table import PAGE, row, steady

ROOT = Path(__file__).resolve().parents[3]

# One worker: the scenarios share a world, and together they take both cores of a small machine.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("platforms")]


@pytest.fixture(scope="module")
def world(clip: Path) -> Iterator[SimulatedPlatforms]:
    with SimulatedPlatforms(clip) as started:
        yield started


@pytest.fixture(scope="module")
def outcomes(world: SimulatedPlatforms, request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Played]]]:
    """All scenarios that were selected, under way in the order of the tests."""
    items = [item for item in request.session.items if item.path == request.path and isinstance(item, pytest.Function)]
    chosen = [item.callspec.params["scenario"] for item in items if hasattr(item, "callspec")]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {scenario.name: pool.submit(play, scenario, world) for scenario in chosen}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario, outcomes: dict[str, Future[Played]], world: SimulatedPlatforms) -> None:
    outcome = outcomes[scenario.name].result()
    assert outcome.code == scenario.expected, outcome.reason
    if outcome.code == SUCCESS:
        assert outcome.facts == facts_on(scenario.platform, world.media.seconds)
        assert outcome.streams == ("audio", "video")
        assert outcome.length == pytest.approx(world.media.seconds, abs=0.1)
    page = steady((ROOT / PAGE).read_text(encoding="utf-8")).splitlines()
    assert steady(row(scenario, outcome)) in page, "run python -m clipsight.testing.platforms.table"

"""Every scenario of the simulated platforms through the real parser, resolver, guard, child and yt-dlp."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import av
import pytest

from clipsight.errors import ClipsightError
from clipsight.schema.video import PlatformFacts
from clipsight.source.fetch import fetch
from clipsight.source.links import ShortLink, read_link
from clipsight.source.resolve import resolve_link
from clipsight.testing.platforms import SCENARIOS, Scenario, SimulatedPlatforms
from clipsight.testing.platforms.post import facts_on
from clipsight.testing.platforms.scenarios import SUCCESS

AT_ONCE = 2  # fetches; each is idle for two thirds of its second

# One worker: the scenarios share a world, and together they take both cores of a small machine.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("platforms")]


@dataclass(frozen=True)
class Outcome:
    """What a scenario came to: a code and why, or the facts and the streams of the file."""

    code: str
    reason: str = ""
    facts: PlatformFacts | None = None
    streams: tuple[str, ...] = ()
    seconds: float = 0.0


def play(scenario: Scenario, world: SimulatedPlatforms) -> Outcome:
    settings = world.settings(scenario)
    try:
        link = read_link(scenario.link)
        if isinstance(link, ShortLink):
            link = resolve_link(link, scenario.limits.deadline_seconds, settings)
        with tempfile.TemporaryDirectory() as folder:
            video = fetch(link, Path(folder), scenario.limits, settings, lambda _done, _total: None, threading.Event())
            with av.open(video.path) as container:
                streams = tuple(sorted(stream.type for stream in container.streams))
                seconds = (container.duration or 0) / 1_000_000
            assert [path.name for path in Path(folder).iterdir()] == [video.path.name], "nothing else is left behind"
            return Outcome(SUCCESS, facts=video.facts, streams=streams, seconds=seconds)
    except ClipsightError as error:
        return Outcome(error.code, reason=str(error.__cause__))


@pytest.fixture(scope="module")
def world(clip: Path) -> Iterator[SimulatedPlatforms]:
    with SimulatedPlatforms(clip) as started:
        yield started


@pytest.fixture(scope="module")
def outcomes(world: SimulatedPlatforms, request: pytest.FixtureRequest) -> Iterator[dict[str, Future[Outcome]]]:
    """All scenarios that were selected, under way in the order of the tests."""
    items = [item for item in request.session.items if item.path == request.path and isinstance(item, pytest.Function)]
    chosen = [item.callspec.params["scenario"] for item in items if hasattr(item, "callspec")]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {scenario.name: pool.submit(play, scenario, world) for scenario in chosen}
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_scenario(scenario: Scenario, outcomes: dict[str, Future[Outcome]], world: SimulatedPlatforms) -> None:
    outcome = outcomes[scenario.name].result()
    assert outcome.code == scenario.expected, outcome.reason
    if outcome.code == SUCCESS:
        assert outcome.facts == facts_on(scenario.platform, world.media.seconds)
        assert outcome.streams == ("audio", "video")
        assert outcome.seconds == pytest.approx(world.media.seconds, abs=0.1)

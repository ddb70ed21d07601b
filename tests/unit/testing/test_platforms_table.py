"""The catalogue of scenarios and its page in the documentation."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipsight.errors import by_code
from clipsight.source.links import Link, read_link
from clipsight.testing.platforms import SCENARIOS, instagram, tiktok, youtube
from clipsight.testing.platforms.matrix import Played
from clipsight.testing.platforms.scenarios import SUCCESS, Scenario
from clipsight.testing.platforms.table import PAGE, markdown, row, steady

ROOT = Path(__file__).resolve().parents[3]
ACTS = {"tiktok": tiktok.Act, "instagram": instagram.Act, "youtube": youtube.Act}


def test_the_page_is_of_these_scenarios_and_all_came_out_as_they_should() -> None:
    """What each of them said is compared where they are played."""
    expected = markdown({scenario.name: Played(scenario.expected) for scenario in SCENARIOS})
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert [cells(line) for line in page.splitlines()] == [cells(line) for line in expected.splitlines()]


def cells(line: str) -> list[str]:
    """Name, what the platform does, outcome."""
    return line.split(" | ")[:3] if line.startswith("| ") else [line]


def test_only_what_is_measured_may_differ() -> None:
    scenario = SCENARIOS[0]
    first, second = (row(scenario, Played("private", "No.", seconds)) for seconds in (1.0, 2.0))
    assert first != second
    assert steady(first) == steady(second)
    assert steady(first) != steady(row(scenario, Played("private", "Yes.", 1.0)))
    assert steady(first) != steady(row(scenario, Played("network", "No.", 1.0)))


def test_names_videos_and_short_links_are_unique() -> None:
    for keys in (
        [scenario.name for scenario in SCENARIOS],
        [(scenario.platform, scenario.video_id) for scenario in SCENARIOS],
        [hop.at for scenario in SCENARIOS for hop in scenario.hops],
    ):
        assert len(keys) == len(set(keys))


def test_every_act_of_every_platform_is_played() -> None:
    for platform, acts in ACTS.items():
        assert {s.act for s in SCENARIOS if s.platform == platform} == set(acts)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_links_lead_to_the_scenario(scenario: Scenario) -> None:
    link = read_link(scenario.link)
    assert (
        (link.ref.platform, link.ref.video_id) == (scenario.platform, scenario.video_id)
        if isinstance(link, Link)
        else scenario.hops
    )
    assert scenario.expected == SUCCESS or scenario.expected in by_code()

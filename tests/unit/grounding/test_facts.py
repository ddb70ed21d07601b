from __future__ import annotations

import pytest

from clipsight.grounding.facts import Facts
from clipsight.grounding.passages import passages
from clipsight.testing.corpus import RECIPE
from clipsight.testing.written import evidence_of, video_of

FACTS = Facts(passages(video_of(RECIPE), evidence_of(RECIPE)), measured=[27.0, 7], known_names=["Gordon R."])


@pytest.mark.parametrize(
    "claim",
    [
        "A recipe for noodles with 200 g of noodles and 4 cloves of garlic.",
        "The bowl costs less than five dollars.",
        "Two people stand in a kitchen.",
        "The clip lasts 27 seconds.",
        "In the kitchen of Gordon, butter melts.",
        "It is in English.",
        "The handle is @noodle.lab, or Noodle.",
    ],
)
def test_what_the_evidence_bears(claim: str) -> None:
    assert FACTS.unborne(claim) == []


@pytest.mark.parametrize(
    ("claim", "kind"),
    [
        ("It takes 300 g of noodles.", "number"),
        ("It takes three cloves of garlic.", "number"),
        ("The bowl costs $49.99.", "number"),
        ("It serves a dozen.", "number"),
        ("It takes four tablespoons of butter.", "number"),
        ("The cook is called Jamie Oliver.", "name"),
        ("It was filmed in Paris.", "name"),
        ("It uses NASA butter.", "name"),
    ],
)
def test_what_it_does_not_bear(claim: str, kind: str) -> None:
    assert kind in {each.kind for each in FACTS.unborne(claim)}


def test_numbers_must_stand_in_what_is_cited() -> None:
    assert FACTS.unborne("It takes 200 g.", ["speech-2"]) == []
    assert FACTS.unborne("It takes 200 g.", ["speech-3"])

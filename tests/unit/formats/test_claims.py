"""Statements that can be looked up, and those about health."""

from __future__ import annotations

from typing import Any

import pytest

from clipsight.analysis.local import LocalAnalyst
from clipsight.formats.registry import get_format
from clipsight.testing.written import Clip, Said, evidence_of, video_of


def result(slug: str, *sentences: str) -> dict[str, Any]:
    clip = Clip(
        duration=5.0 * len(sentences) + 1, said=tuple(Said(5.0 * i, 5.0 * i + 4, s) for i, s in enumerate(sentences))
    )
    video, evidence = video_of(clip), evidence_of(clip)
    analysis = LocalAnalyst().analyse(video, evidence)
    return get_format(slug).extract(video, evidence, analysis, frozenset()).model_dump(mode="json", by_alias=True)


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("More than 60 percent of the ocean floor has never been mapped.", "statistic"),
        ("The company was founded in 1998 by two students.", "event"),
        ("According to the mayor the bridge is unsafe for trucks.", "quote"),
        ("Too much screen time causes bad eyesight in children.", "causal"),
        ("The average person walks eight thousand steps a day.", "statistic"),
    ],
)
def test_what_can_be_looked_up(sentence: str, kind: str) -> None:
    (claim,) = result("fact-check", "Hello and welcome back to my channel.", sentence)["claims"]
    assert (claim["text"], claim["kind"]) == (sentence, kind)
    assert claim["evidence"][0]["id"] == "speech-2"
    assert claim["searchQuery"]


@pytest.mark.parametrize(
    "sentence",
    [
        "I think this is the prettiest dress I have ever seen.",
        "Add two cups of flour and stir for three minutes.",
        "Follow me for more tips and save this video.",
        "Have you ever been to a place where 40 percent of people are happy?",
        "We had such a good time today.",
    ],
)
def test_what_cannot(sentence: str) -> None:
    found = result("fact-check", sentence)
    assert not found["applicable"]
    assert found["claims"] == []


@pytest.mark.parametrize(
    ("sentence", "topic", "kind"),
    [
        ("This tea cures anxiety in three days.", "mental health", "treatment"),
        ("Vitamin D protects you from the flu.", "infection and immunity", "prevention"),
        ("Drinking celery juice lowers your blood pressure.", "heart and blood pressure", "nutrition"),
        ("A red light device boosts collagen.", "skin and hair", "device"),
    ],
)
def test_claims_about_health(sentence: str, topic: str, kind: str) -> None:
    (claim,) = result("health-claims", sentence)["claims"]
    assert (claim["text"], claim["topic"], claim["type"], claim["needsSource"]) == (sentence, topic, kind, True)


def test_a_source_and_a_disclaimer_are_seen() -> None:
    found = result("health-claims", "A study shows that fibre lowers cholesterol.", "This is not medical advice.")
    assert not found["claims"][0]["needsSource"]
    assert found["disclaimerPresent"]
    assert not result("health-claims", "Garlic kills the virus.")["disclaimerPresent"]


@pytest.mark.parametrize(
    "sentence", ["My heart is full today.", "Add the garlic to the pan.", "Is sugar bad for your heart?"]
)
def test_other_talk_of_health_words_is_no_claim(sentence: str) -> None:
    assert not result("health-claims", sentence)["applicable"]

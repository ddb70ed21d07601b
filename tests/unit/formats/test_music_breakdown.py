from __future__ import annotations

from typing import Any

import pytest

from clipsight.analysis.local import LocalAnalyst
from clipsight.formats.registry import get_format
from clipsight.testing.corpus import CORPUS
from clipsight.testing.written import Clip, Said, Shown, evidence_of, video_of


def result(clip: Clip, *, music_title: str | None = None) -> dict[str, Any]:
    video, evidence = video_of(clip).model_copy(update={"music_title": music_title}), evidence_of(clip)
    found = get_format("music-breakdown").extract(video, evidence, LocalAnalyst().analyse(video, evidence), frozenset())
    return found.model_dump(mode="json", by_alias=True)


def test_music_is_measured_and_never_named_by_guess() -> None:
    found = result(CORPUS["music"])
    assert found["tracks"] == []
    assert found["tempoBpm"] == 124.0
    assert [section["kind"] for section in found["sections"]] == ["music"]
    assert found["hasVocals"] is None


def test_lyrics_are_vocals() -> None:
    assert result(CORPUS["song"])["hasVocals"] is True


@pytest.mark.parametrize(
    ("music_title", "expected"),
    [
        ("Golden Hour - The Lanterns", ("Golden Hour", "The Lanterns")),
        ("Golden Hour", ("Golden Hour", None)),
        ("original sound - jane", None),
    ],
)
def test_what_the_platform_names(music_title: str, expected: tuple[str, str | None] | None) -> None:
    tracks = result(CORPUS["music"], music_title=music_title)["tracks"]
    assert [(t["title"], t["artist"], t["source"]) for t in tracks] == ([(*expected, "platform")] if expected else [])


@pytest.mark.parametrize("text", ["Song: Golden Hour by The Lanterns", "🎵 Golden Hour - The Lanterns"])
def test_what_the_screen_names(text: str) -> None:
    clip = Clip(shown=(Shown(0, 5, text),), sounds=((0.0, 20.0, "music"),))
    assert [(t["title"], t["artist"], t["source"]) for t in result(clip)["tracks"]] == [
        ("Golden Hour", "The Lanterns", "screen")
    ]


@pytest.mark.parametrize("text", ["This tune is stuck in my head.", "The sound is terrible in here.", "What is that song?"])
def test_talk_about_music_names_none(text: str) -> None:
    clip = Clip(said=(Said(0, 5, text),), sounds=((0.0, 20.0, "speech_over_music"),))
    assert result(clip)["tracks"] == []


def test_without_music_it_does_not_apply() -> None:
    assert not result(Clip(said=(Said(0, 5, "Hello there."),), sounds=((0.0, 20.0, "speech"),)))["applicable"]
    assert not result(CORPUS["still"])["applicable"]

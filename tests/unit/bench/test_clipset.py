"""The two sets stay apart, and every recipe that needs no synthesiser can be drawn."""

from __future__ import annotations

import pytest

import heldout
import tuning
import voices
from clipset import LEVELS, BenchClip, all_clips, clip_named
from clipsight.testing.clips import Karaoke, Overlay
from clipsight.timeline import Span
from lettering import in_a_row, sung

CLIPS = all_clips()
SEEN = [clip for clip in CLIPS if clip.measures & {"shots", "text", "captions", "no text", "confidence"}]


def test_names_are_unique_and_lead_back() -> None:
    names = [clip.name for clip in CLIPS]
    assert len(names) == len(set(names))
    assert clip_named("dense").quick


@pytest.mark.parametrize("clip", SEEN, ids=lambda clip: clip.name)
def test_recipes_fit_their_pictures(clip: BenchClip) -> None:
    truth = clip.recipe().truth()
    assert bool(truth.texts) == bool(clip.measures & {"text", "captions", "confidence"} or "shots" in clip.measures)
    assert all(text.span.end <= truth.duration for text in truth.texts)


def test_a_text_of_the_held_out_set_is_not_in_the_tuning_set() -> None:
    words: dict[bool, set[str]] = {True: set(), False: set()}
    for clip in SEEN:
        words[clip.held_out] |= {text.text.casefold() for text in clip.recipe().texts}
    assert words[True].isdisjoint(words[False])
    assert set(heldout.PHRASES).isdisjoint(tuning.PHRASES)


def test_both_sets_have_every_level_of_music() -> None:
    for held_out in (True, False):
        levels = {clip.level for clip in CLIPS if clip.held_out == held_out and clip.name.startswith("speech-")}
        assert set(LEVELS) <= levels


def test_held_out_sentences_are_new() -> None:
    known = {part.text for part in voices.bundled()}
    assert known.isdisjoint(voices.HELD_OUT)


def test_phrases_follow_each_other() -> None:
    first = Overlay("", 0, 0, at=(0.5, 0.5))
    made = in_a_row(("a", "b", "c"), 1.0, (0.5, 1.0), first, 0.1)
    assert [(text.text, text.start, text.end) for text in made] == [("a", 1.0, 1.5), ("b", 1.6, 2.6), ("c", 2.7, 3.2)]
    phrases = sung(("so it goes", "and goes"), 1.0, Karaoke("", 0, (0.3,)), 0.5)
    assert [(phrase.text, phrase.visible) for phrase in phrases] == [
        ("so it goes", Span.from_seconds(1.0, 1.9)),
        ("and goes", Span.from_seconds(2.4, 3.0)),
    ]


def test_music_is_as_soft_as_asked() -> None:
    parts = voices.bundled()[:2]
    loud, soft = (voices.over_music(parts, decibels, 104, 6)[-1] for decibels in (0, 20))
    assert abs(loud.wave()).max() == pytest.approx(10 * abs(soft.wave()).max(), rel=1e-4)


def test_a_missing_synthesiser_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for speak in (voices.festival, lambda: voices.flite("rms"), lambda: voices.foreign("de")):
        with pytest.raises(voices.NoVoice, match="apt-get install"):
            speak()

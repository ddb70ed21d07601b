"""The clips of the benchmark as recipes: one set for tuning, one that is held out.

Whoever changes a threshold may look at the tuning set clip by clip. The held-out set differs from it in all that a
recipe can change: typefaces, sizes and colours of letters, texts, footage, picture sizes and rates, codecs, voice, music.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import heldout
import tuning
import voices
from clipsight.testing.clips import ClipRecipe, Encoding, Music, Noise, Plain, Shot, SoundPart

Group = Literal["held out", "tuning", "real"]
Measure = Literal["shots", "cuts", "text", "captions", "no text", "confidence", "words", "no words", "language", "sound"]


@dataclass(frozen=True, slots=True)
class BenchClip:
    """One clip.

    Attributes:
        name: also of its file.
        held_out: whether it was kept from those who tune.
        measures: what is scored on it; nothing else is known of it.
        recipe: makes it; raises NoVoice where a synthesiser is missing.
        level: of the music under speech, such as ``5 dB``; empty elsewhere.
        quick: whether it is part of the quick run.
        real: a recording with known truth, not a recipe; belongs to neither set.
    """

    name: str
    held_out: bool
    measures: frozenset[Measure]
    recipe: Callable[[], ClipRecipe]
    level: str = ""
    quick: bool = False
    real: bool = False

    @property
    def group(self) -> Group:
        if self.real:
            return "real"
        return "held out" if self.held_out else "tuning"


LEVELS: dict[str, float | None] = {"clean": None, "20 dB": 20, "10 dB": 10, "5 dB": 5, "0 dB": 0}


def all_clips() -> list[BenchClip]:
    """Every clip, in the order in which they are measured."""
    return [*_tuning(), *_held_out(), *_speech(), *_without_words(), *_languages()]


def clip_named(name: str) -> BenchClip:
    return next(clip for clip in all_clips() if clip.name == name)


def _tuning() -> list[BenchClip]:
    return [
        BenchClip("dense", False, frozenset(("text", "shots", "words")), tuning.dense, "dense clip", quick=True),
        BenchClip("shots-tuning", False, frozenset(("shots",)), tuning.shots, quick=True),
        BenchClip("captions-tuning", False, frozenset(("text",)), tuning.captions),
        BenchClip("karaoke-tuning", False, frozenset(("captions",)), tuning.karaoke),
        BenchClip("karaoke-lit-tuning", False, frozenset(("captions",)), tuning.karaoke_lit),
        BenchClip("karaoke-added-tuning", False, frozenset(("captions",)), tuning.karaoke_added),
        BenchClip("karaoke-fast-tuning", False, frozenset(("captions",)), tuning.karaoke_fast),
        BenchClip("karaoke-bouncing-tuning", False, frozenset(("captions",)), tuning.karaoke_bouncing),
        BenchClip("brief-tuning", False, frozenset(("text",)), tuning.brief),
        BenchClip("brief-restless-tuning", False, frozenset(("text",)), tuning.brief_restless),
        BenchClip("hard-tuning", False, frozenset(("confidence",)), tuning.hard),
        BenchClip("no-text-tuning", False, frozenset(("no text",)), tuning.no_text),
        BenchClip("no-text-restless-tuning", False, frozenset(("no text",)), tuning.no_text_restless),
    ]


def _held_out() -> list[BenchClip]:
    return [
        BenchClip("dense-held-out", True, frozenset(("text", "shots")), heldout.dense),
        BenchClip("shots-tall", True, frozenset(("shots",)), heldout.shots_tall, quick=True),
        BenchClip("shots-mixed", True, frozenset(("shots",)), heldout.shots_mixed, quick=True),
        BenchClip("shots-turned", True, frozenset(("shots",)), heldout.shots_turned),
        BenchClip("shots-wide", True, frozenset(("shots",)), heldout.shots_wide),
        BenchClip("captions-held-out", True, frozenset(("text",)), heldout.captions, quick=True),
        BenchClip("text-over-cuts", True, frozenset(("text", "shots")), heldout.text_over_cuts, quick=True),
        BenchClip("brief-held-out", True, frozenset(("text",)), heldout.brief, quick=True),
        BenchClip("karaoke-held-out", True, frozenset(("captions",)), heldout.karaoke, quick=True),
        BenchClip("karaoke-kinds-held-out", True, frozenset(("captions",)), heldout.karaoke_kinds, quick=True),
        BenchClip("no-text-street", True, frozenset(("no text",)), heldout.no_text_street, quick=True),
        BenchClip("no-text-nature", True, frozenset(("no text",)), heldout.no_text_nature),
    ]


def _speech() -> list[BenchClip]:
    clips: list[BenchClip] = []
    for held_out, source in ((False, voices.bundled), (True, voices.festival)):
        for level, decibels in LEVELS.items():
            name = f"speech-{'held-out' if held_out else 'tuning'}-{level.replace(' ', '')}"
            clips.append(
                BenchClip(
                    name,
                    held_out,
                    frozenset(("words", "sound")),
                    lambda source=source, decibels=decibels, held_out=held_out: _spoken(source, decibels, held_out),
                    level,
                    quick=held_out and level in ("clean", "5 dB"),
                )
            )
    for voice in ("rms", "awb"):
        clips.append(
            BenchClip(
                f"speech-flite-{voice}",
                True,
                frozenset(("words", "sound")),
                lambda voice=voice: _heard(voices.flite(voice)),
                "clean, other voices",
            )
        )
    return clips


def _spoken(source: Callable[[], tuple[voices.Spoken, ...]], decibels: float | None, held_out: bool) -> ClipRecipe:
    parts = source()
    if decibels is None:
        return _heard(parts)
    bpm, seed = (127, 40) if held_out else (104, 6)
    return _heard(voices.over_music(parts, decibels, bpm, seed), voices.end_of(parts))


def _without_words() -> list[BenchClip]:
    measures: frozenset[Measure] = frozenset(("no words", "sound"))
    return [
        BenchClip("music-tuning", False, measures, lambda: _heard((Music(0, 20, bpm=104, seed=6, gain=0.8),), 20)),
        BenchClip("noise-tuning", False, measures, lambda: _heard((Noise(0, 15, gain=0.1),), 15)),
        BenchClip("music-slow", True, measures, lambda: _heard((Music(0, 20, bpm=82, seed=21, gain=0.9),), 20), quick=True),
        BenchClip("music-fast", True, measures, lambda: _heard((Music(0, 20, bpm=140, seed=33, gain=0.4),), 20)),
        BenchClip("noise-white", True, measures, lambda: _heard((Noise(0, 15, gain=0.2, colour=0, seed=3),), 15)),
        BenchClip(
            "noise-brown", True, measures, lambda: _heard((Noise(0, 15, gain=0.4, colour=2, seed=4),), 15), quick=True
        ),
        BenchClip("silence", True, measures, lambda: _heard((), 15), quick=True),
    ]


def _languages() -> list[BenchClip]:
    return [
        BenchClip(
            f"language-{name}",
            True,
            frozenset(("language",)),
            lambda name=name: _heard(voices.foreign(name)),
            quick=name in ("de", "es"),
        )
        for name in voices.LANGUAGES
    ]


def _heard(parts: tuple[SoundPart, ...], seconds: float | None = None) -> ClipRecipe:
    """A clip that is about its sound: one grey picture, five times a second."""
    spoken = tuple(part for part in parts if isinstance(part, voices.Spoken))
    length = seconds if seconds is not None else voices.end_of(spoken)
    return ClipRecipe(
        (Shot(Plain(), length),), sounds=parts, size=(180, 320), fps=voices.STILL_RATE, encoding=Encoding(crf=30)
    )

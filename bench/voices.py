"""Voices for the benchmark: the recordings in the repository, and what the synthesisers of this machine can say."""

from __future__ import annotations

import json
import math
import shutil
import subprocess
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np

from clipsight.testing.sample import speech as sample_voice
from clipsight.testing.sounds import Music, SoundPart, Spoken, played

ROOT = Path(__file__).parents[1]
SPOKEN = ROOT / "build" / "bench" / "voices"  # rendered once
LEAD, PAUSE = 0.5, 0.6  # seconds before the first sentence, and between two
STILL_RATE = Fraction(5)  # pictures per second of clips that are about their sound
PACKAGES = {
    "festival": "festival festvox-us-slt-hts",
    "flite": "flite",
    "espeak-ng": "espeak-ng",
}

# Sentences of our own; none of them is in the sample or in the tests.
HELD_OUT = (
    "Before you buy another pair of running shoes, listen to this.",
    "The most expensive model is not always the best one for your feet.",
    "Stand on a sheet of paper, draw around your heel and toes, and measure the longest line.",
    "Then add a little room at the front, because feet swell when they get warm.",
    "Most shops will let you walk up and down the street before you decide.",
    "If it hurts in the first minute, put it back on the shelf.",
    "Save this video, and send it to a friend who is training for a race.",
)
FLITE = (
    "My grandmother painted this wall yellow when she was a young woman.",
    "We found her old letters behind a loose board in the kitchen.",
    "Nobody in the family had ever heard about the man who wrote them.",
)
LANGUAGES = {
    "de": "Heute zeige ich euch, wie man in wenigen Minuten ein frisches Brot mit Käse und Kräutern zubereitet.",
    "fr": "Aujourd'hui je vous montre comment préparer une tarte aux pommes avec très peu de sucre et beaucoup de beurre.",
    "es": "Hoy vamos a cocinar una sopa de verduras que mi abuela preparaba todos los domingos por la mañana.",
    "it": "Oggi vi racconto la storia di un piccolo paese di montagna dove nessuno chiude mai la porta di casa.",
    "pt": "Hoje vou mostrar como plantar tomates na varanda e colher durante todo o verão sem muito trabalho.",
    "ru": "Сегодня мы поедем на старом поезде через всю страну и посмотрим, как люди живут у большой реки.",
    "pl": "Dzisiaj pokażę wam, jak naprawić stary rower i przygotować go do długiej podróży przez góry.",
    "tr": "Bugün size küçük bir bahçede domates ve biber yetiştirmenin en kolay yolunu anlatacağım.",
}


class NoVoice(RuntimeError):
    """The synthesiser is not installed; the message says how to get it."""


def require(program: str) -> None:
    """Raises NoVoice when ``program`` is not there."""
    if shutil.which(program) is None:
        raise NoVoice(f"apt-get install {PACKAGES[program]}")


def bundled() -> tuple[Spoken, ...]:
    """The sentences of the sample and of the tests, one after the other. The speech stage was developed on them."""
    tests = ROOT / "tests" / "data"
    story = json.loads((tests / "speech.json").read_text(encoding="utf-8"))
    words = tuple((word, start, end) for word, start, end in story["words"])
    return in_a_row([*sample_voice.spoken(), Spoken(tests / "speech.opus", 0, story["text"], words)])


def festival() -> tuple[Spoken, ...]:
    """The held-out sentences, with the times of their words.

    Raises:
        NoVoice: festival or its voice is missing.
    """
    require("festival")
    if not sample_voice.installed():
        raise NoVoice(f"apt-get install {PACKAGES['festival']}")
    parts: list[Spoken] = []
    for number, text in enumerate(HELD_OUT):
        wave, times = _file(f"festival-{number}.wav"), _file(f"festival-{number}.json")
        if not times.exists():
            times.write_text(json.dumps(sample_voice.speak(text, wave)), encoding="utf-8")
        words = tuple((word, start, end) for word, start, end in json.loads(times.read_text(encoding="utf-8")))
        parts.append(Spoken(wave, 0, text, words))
    return in_a_row(parts)


def flite(voice: str) -> tuple[Spoken, ...]:
    """Sentences without the times of their words, in a voice that is not festival's."""
    require("flite")
    parts: list[Spoken] = []
    for number, text in enumerate(FLITE):
        wave = _file(f"flite-{voice}-{number}.wav")
        if not wave.exists():
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", str(wave)], check=True)
        parts.append(Spoken(wave, 0, text))
    return in_a_row(parts)


def foreign(language: str) -> tuple[Spoken, ...]:
    """A sentence in another language; its words are not part of the truth, since none may be reported."""
    require("espeak-ng")
    wave = _file(f"espeak-{language}.wav")
    if not wave.exists():
        subprocess.run(["espeak-ng", "-v", language, "-s", "150", "-w", str(wave), LANGUAGES[language]], check=True)
    return in_a_row([Spoken(wave, 0, "")])


def in_a_row(parts: list[Spoken]) -> tuple[Spoken, ...]:
    """One after the other, with pauses."""
    starts = [LEAD]
    for part in parts:
        starts.append(starts[-1] + length(part) + PAUSE)
    return tuple(
        Spoken(part.file, start, part.text, part.words, part.gain)
        for part, (start, _) in zip(parts, pairwise(starts), strict=True)
    )


def length(part: SoundPart) -> float:
    """Seconds of sound."""
    return len(part.wave()) / 48_000


def over_music(parts: tuple[Spoken, ...], decibels: float, bpm: float, seed: int) -> tuple[SoundPart, ...]:
    """The speech with music under all of it, softer by ``decibels`` (ratio of the mean powers while somebody speaks)."""
    seconds = end_of(parts)
    speech = _power(np.concatenate([part.wave() for part in parts]))
    music = _power(played(seconds, bpm, seed, 0.25))
    gain = math.sqrt(speech / music / 10 ** (decibels / 10))
    return (*parts, Music(0, seconds, bpm=bpm, seed=seed, gain=gain))


def end_of(parts: tuple[Spoken, ...]) -> float:
    """Seconds until the last word is over, and a little more, in whole tenths."""
    return math.ceil((parts[-1].start + length(parts[-1]) + LEAD) * 10) / 10


def _power(wave: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    return float(np.mean(np.square(wave, dtype=np.float64)))


def _file(name: str) -> Path:
    SPOKEN.mkdir(parents=True, exist_ok=True)
    return SPOKEN / name

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.audio.resampler import AudioResampler

from clipsight.perception.sound_track import SAMPLE_RATE, Samples
from clipsight.perception.speech.models import SpeechModels

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="session")
def models() -> SpeechModels:
    return SpeechModels.load()


@pytest.fixture(scope="session")
def speech() -> Samples:
    """8.5 seconds of a synthetic voice."""
    resampler = AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    with av.open(DATA / "speech.opus") as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    """``text`` and ``words``: text, start and end in seconds."""
    return json.loads((DATA / "speech.json").read_text())


@pytest.fixture(scope="session")
def band() -> Samples:
    """Twelve seconds of drums and chords at 120 beats a minute."""
    rng = np.random.default_rng(7)
    time = np.arange(12 * SAMPLE_RATE) / SAMPLE_RATE
    sound = np.zeros(len(time))
    for number, begin in enumerate(range(0, len(time), SAMPLE_RATE // 2)):
        tail = min(3000, len(time) - begin)
        hit = rng.standard_normal(tail) if number % 2 else np.sin(2 * np.pi * 70 * time[:tail])
        sound[begin : begin + tail] += 0.8 * np.exp(-np.arange(tail) / 500) * hit
        root = (220, 175, 262, 196)[number // 4 % 4]
        chord = slice(begin, begin + SAMPLE_RATE // 2)
        for ratio in (1, 1.25, 1.5):
            sound[chord] += 0.1 * np.sin(2 * np.pi * root * ratio * time[chord])
    return (0.3 * sound).astype(np.float32)

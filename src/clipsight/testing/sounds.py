"""Sound without a microphone: recorded speech parts, music with a known beat, noise, silence.

All waves are mono 32-bit floats of shape (samples,) at :data:`RATE`, about -1..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import av
import numpy as np
from av.audio.resampler import AudioResampler
from numpy.typing import NDArray

RATE = 48_000
DUCKING = 0.4  # seconds in which music is turned down before speech
Wave = NDArray[np.float32]
Kind = Literal["speech", "music", "other"]


class SoundPart(Protocol):
    """Something that is heard from ``start`` on."""

    @property
    def start(self) -> float:
        """Seconds after the start of the clip."""
        ...

    @property
    def kind(self) -> Kind:
        """What it counts as in the truth."""
        ...

    def wave(self) -> Wave:
        """The samples, gain applied."""
        ...


@dataclass(frozen=True, slots=True)
class Spoken:
    """A recording of speech.

    Attributes:
        file: anything PyAV can decode.
        start: seconds after the start of the clip.
        text: what is said, with punctuation.
        words: each word without punctuation, with start and end in seconds after the start of the recording.
        gain: factor.
    """

    file: Path
    start: float
    text: str
    words: tuple[tuple[str, float, float], ...] = ()
    gain: float = 1.0
    kind: Kind = "speech"

    def wave(self) -> Wave:
        return decoded(self.file) * np.float32(self.gain)


@dataclass(frozen=True, slots=True)
class Music:
    """A small band: drums, bass, chords and a plucked melody, four beats to the bar.

    Attributes:
        start: seconds after the start of the clip.
        seconds: length; it ends with a short fade-out.
        bpm: beats per minute.
        gain: factor; 1 has a peak of about 0.7.
        seed: chooses the melody.
        fade: seconds of fade-out at its end.
        softer: second after its start from which it is only a bed under speech, and the factor for that; None for never.
    """

    start: float
    seconds: float
    bpm: float = 112
    gain: float = 1.0
    seed: int = 5
    fade: float = 0.25
    softer: tuple[float, float] | None = None
    kind: Kind = "music"

    def wave(self) -> Wave:
        wave = played(self.seconds, self.bpm, self.seed, self.fade) * np.float32(self.gain)
        if self.softer is not None:
            at, factor = self.softer
            seconds = np.arange(len(wave), dtype=np.float32) / RATE
            wave *= np.interp(seconds, (at - DUCKING, at), (1, factor)).astype(np.float32)
        return wave


@dataclass(frozen=True, slots=True)
class Noise:
    """Steady noise. ``colour`` 0 is white, 1 pink-like, 2 brown-like (the exponent of 1/f in power)."""

    start: float
    seconds: float
    gain: float = 0.05
    colour: float = 1.0
    seed: int = 9
    kind: Kind = "other"

    def wave(self) -> Wave:
        count = round(self.seconds * RATE)
        spectrum = np.fft.rfft(np.random.default_rng(self.seed).standard_normal(count))
        tilt = np.maximum(np.fft.rfftfreq(count, 1 / RATE), 20) ** (-self.colour / 2)
        wave = np.fft.irfft(spectrum * tilt, count)
        return np.asarray(wave / np.abs(wave).max() * self.gain, np.float32)


def decoded(file: Path) -> Wave:
    """All samples of the first sound stream, mixed to one channel at :data:`RATE`."""
    resampler = AudioResampler("flt", "mono", RATE)
    parts: list[Wave] = []
    with av.open(str(file)) as container:
        for frame in container.decode(audio=0):
            parts.extend(np.asarray(piece.to_ndarray()[0], np.float32) for piece in resampler.resample(frame))
        parts.extend(np.asarray(piece.to_ndarray()[0], np.float32) for piece in resampler.resample(None))
    return np.concatenate(parts) if parts else np.zeros(0, np.float32)


def mixed(parts: tuple[SoundPart, ...], seconds: float) -> Wave:
    """The parts added up over ``seconds``; anything beyond is cut off, and peaks above 0.98 are scaled down."""
    total = np.zeros(round(seconds * RATE), np.float32)
    for part in parts:
        begin = round(part.start * RATE)
        wave = part.wave()[: max(0, len(total) - begin)]
        total[begin : begin + len(wave)] += wave
    peak = float(np.abs(total).max(initial=0))
    return total * np.float32(min(1.0, 0.98 / peak)) if peak > 0 else total


CHORDS = ((45, 60, 64, 69), (41, 60, 65, 69), (48, 60, 64, 67), (43, 59, 62, 67))  # A minor, F, C, G; bass note first
SCALE = (69, 72, 74, 76, 79, 81)  # A minor pentatonic, MIDI numbers


def played(seconds: float, bpm: float, seed: int, fade: float) -> Wave:
    """Four chords in a loop; kick on every beat, snare on two and four, hi-hat on eighths."""
    rng = np.random.default_rng(seed)
    total = np.zeros(round(seconds * RATE) + 4 * RATE, np.float32)
    beat = 60 / bpm
    for number in range(int(seconds / beat) + 1):
        at, chord = number * beat, CHORDS[number // 4 % 4]
        _put(total, at, _kick() * 0.55)
        if number % 2 == 1:
            _put(total, at, _snare(rng) * 0.3)
        for half in (0, 0.5):
            _put(total, at + half * beat, _hat(rng) * (0.09 if half else 0.05))
            _put(total, at + half * beat, _pluck(chord[0], beat * 0.48, rng, 0.996) * 0.4)
            if rng.random() < 0.7:
                _put(total, at + half * beat, _pluck(int(rng.choice(SCALE)), beat, rng, 0.994) * 0.26)
        if number % 4 == 0:
            for note in chord[1:]:
                _put(total, at, _pad(note, beat * 4) * 0.07)
    total = total[: round(seconds * RATE)]
    tail = min(len(total), round(fade * RATE))
    if tail:
        total[-tail:] *= np.linspace(1, 0, tail, dtype=np.float32)
    return total * np.float32(0.7 / max(float(np.abs(total).max(initial=0)), 1e-6))


def _put(total: Wave, at: float, wave: Wave) -> None:
    begin = round(at * RATE)
    wave = wave[: max(0, len(total) - begin)]
    total[begin : begin + len(wave)] += wave


def _clock(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * RATE)) / RATE


def _kick() -> Wave:
    t = _clock(0.28)
    return np.asarray(np.sin(2 * np.pi * (46 * t + 95 / 28 * (1 - np.exp(-28 * t)))) * np.exp(-t * 11), np.float32)


def _snare(rng: np.random.Generator) -> Wave:
    t = _clock(0.2)
    body = np.sin(2 * np.pi * 190 * t) * np.exp(-t * 30) * 0.5
    return np.asarray(body + rng.standard_normal(len(t)) * 0.4 * np.exp(-t * 22), np.float32)


def _hat(rng: np.random.Generator) -> Wave:
    t = _clock(0.06)
    return np.asarray(np.diff(rng.standard_normal(len(t) + 1)) * np.exp(-t * 70) * 0.7, np.float32)


def _pad(note: int, seconds: float) -> Wave:
    t, frequency = _clock(seconds), _pitch(note)
    swell = np.minimum(1, np.minimum(t / 0.15, (seconds - t) / 0.2))
    tone = sum(np.sin(2 * np.pi * frequency * detune * t * k) / k for k in (1, 2, 3) for detune in (0.997, 1.003))
    return np.asarray(tone * swell, np.float32)


def _pluck(note: int, seconds: float, rng: np.random.Generator, damping: float) -> Wave:
    """A plucked string after Karplus and Strong 1983, one period of noise smoothed again and again."""
    period = round(RATE / _pitch(note))
    string = rng.uniform(-1, 1, period)
    rounds: list[NDArray[np.float64]] = []
    for _ in range(int(seconds * RATE / period) + 1):
        rounds.append(string)
        string = damping * 0.5 * (string + np.roll(string, 1))
    wave = np.concatenate(rounds)[: round(seconds * RATE)]
    tail = min(len(wave), 400)
    wave[-tail:] *= np.linspace(1, 0, tail)
    return np.asarray(wave * 0.5, np.float32)


def _pitch(note: int) -> float:
    """Hertz of a MIDI note, A4 = 440."""
    return 440 * 2 ** ((note - 69) / 12)

"""Two views of a track that tell music from other sound: how its bands rise (beats) and which tones stay (notes).

*Beats.* The onset envelope is the mean rise of logarithmic band energies (spectral flux, after Bello et al. 2005, "A
Tutorial on Onset Detection in Music Signals"). Music with a beat has a high peak in its autocorrelation; speech has none.

*Notes.* A note keeps its frequency for a quarter of a second and more, several notes sound at once, and they change. The
harmonics of a voice glide, noise has no peaks, and a hum or a test tone never changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy import fft  # here, because numpy loads it at its first use, when no file may be opened any more
from numpy.typing import NDArray

from clipsight.perception.sound_track import SAMPLE_RATE, Samples

BAND_WINDOW, BAND_STEP = 1024, 256  # samples: 64 ms to see an attack, 16 ms to place it
BANDS = 32  # logarithmic, from 31 Hz up; the lowest are narrower than a bin and fall together, which leaves 28 or so
TONE_WINDOW, TONE_STEP = 4096, 1024  # samples: 256 ms give bins of 4 Hz, so that a gliding voice is smeared
BAND_RATE = SAMPLE_RATE / BAND_STEP
TONE_RATE = SAMPLE_RATE / TONE_STEP

LOWEST_TONE, HIGHEST_TONE = 150, 5_000  # Hz; below is hum, above are few notes
PEAK_DECIBELS = 12.0  # over the mean of its surroundings
PEAK_RANGE = 50.0  # decibels below the loudest bin; what is fainter is leakage of the window and rounding
SURROUNDINGS = 41  # bins, 160 Hz
HELD_STEPS = 4  # further steps in which a peak must stay, 256 ms
FLOOR = 1e-3  # of the mean energy of a band: quieter rises do not count
FAINTEST = 1e-9  # energy; keeps digital silence out of the logarithm
_BLOCK_SECONDS = 16  # spectra are computed in blocks to bound memory

# Computed here, because np.unique imports more of numpy at its first call, when no file may be opened any more.
_BAND_EDGES = np.unique(np.round(np.geomspace(2, BAND_WINDOW // 2, BANDS + 1)).astype(int))

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Spectra:
    """What is kept of a track's spectra.

    Attributes:
        bands: energy, shape (n, at most :data:`BANDS`), :data:`BAND_RATE` rows per second.
        tones: whether a tone is held there, shape (m, bins), :data:`TONE_RATE` rows per second.
    """

    bands: Floats
    tones: Flags

    @classmethod
    def of(cls, samples: Samples) -> Spectra:
        """The spectra of a track; shape (n,), 16,000 samples per second."""
        return cls(_bands(samples), _tones(samples))

    @property
    def seconds(self) -> float:
        """How long the track is, to one step."""
        return len(self.bands) / BAND_RATE

    def onsets(self, first: float, end: float) -> Floats:
        """The onset envelope of a stretch given in seconds from the start; :data:`BAND_RATE` values per second."""
        energy = self.bands[round(first * BAND_RATE) : round(end * BAND_RATE)]
        if len(energy) < 2:
            return np.zeros(0, np.float32)
        logarithm = np.log10(energy + FAINTEST + FLOOR * float(energy.mean()))
        return np.maximum(np.diff(logarithm, axis=0), 0).mean(axis=1, dtype=np.float32)

    def turning_point(self, low: float, high: float) -> float:
        """The moment between two others, in seconds, around which the second before differs most from the second after."""
        around = round(BAND_RATE)
        first = max(0, round(low * BAND_RATE) - around)
        energy = self.bands[first : round(high * BAND_RATE) + around]
        if len(energy) <= 2 * around:
            return (low + high) / 2
        logarithm = np.log10(energy + FAINTEST + FLOOR * float(energy.mean()))
        sums = np.concatenate([np.zeros((1, logarithm.shape[1])), logarithm.cumsum(axis=0, dtype=np.float64)])
        means = (sums[around:] - sums[:-around]) / around
        difference = np.abs(means[around:] - means[:-around]).mean(axis=1)
        return (first + around + int(np.argmax(difference))) / BAND_RATE

    def notes(self, first: float, end: float) -> tuple[float, float]:
        """Mean number of tones that are held at once, and the share of them (0..1) that is gone two seconds later."""
        held = self.tones[round(first * TONE_RATE) : round(end * TONE_RATE)]
        if len(held) == 0:
            return 0.0, 0.0
        count = float(held.sum(axis=1).mean())
        later = round(2 * TONE_RATE)
        before, after = held[:-later], _widened(held[later:])
        total = int(before.sum())
        gone = 1.0 - int((before & after).sum()) / total if total else 0.0
        return count, gone


def _bands(samples: Samples) -> Floats:
    bins = BAND_WINDOW // 2 + 1
    edges = np.unique(np.round(np.geomspace(2, bins - 1, BANDS + 1)).astype(int))
    parts = [np.add.reduceat(np.square(block), edges[:-1], axis=1) for block in _blocks(samples, BAND_WINDOW, BAND_STEP)]
    return np.concatenate(parts)


def _tones(samples: Samples) -> Flags:
    low = round(LOWEST_TONE * TONE_WINDOW / SAMPLE_RATE)
    high = round(HIGHEST_TONE * TONE_WINDOW / SAMPLE_RATE)
    peaks = np.concatenate([_peaks(block)[:, low:high] for block in _blocks(samples, TONE_WINDOW, TONE_STEP)])
    held = peaks.copy()
    near = _widened(peaks)
    for later in range(1, HELD_STEPS + 1):
        held[:-later] &= near[later:]
        held[-later:] = False
    return held


def _peaks(block: Floats) -> Flags:
    """Bins that are higher than both neighbours and stand out of their surroundings."""
    decibels = 20 * np.log10(block + np.float32(1e-7))
    half = SURROUNDINGS // 2
    padded = np.pad(decibels, ((0, 0), (half + 1, half)), mode="edge").cumsum(axis=1, dtype=np.float64)
    around = (padded[:, SURROUNDINGS:] - padded[:, :-SURROUNDINGS]) / SURROUNDINGS
    peaks = (decibels - around > PEAK_DECIBELS) & (decibels > decibels.max(axis=1, keepdims=True) - PEAK_RANGE)
    peaks[:, 1:] &= decibels[:, 1:] >= decibels[:, :-1]
    peaks[:, :-1] &= decibels[:, :-1] > decibels[:, 1:]
    return peaks


def _widened(flags: Flags) -> Flags:
    """Each flag set in the bins on both sides as well."""
    wide = flags.copy()
    wide[:, 1:] |= flags[:, :-1]
    wide[:, :-1] |= flags[:, 1:]
    return wide


def _blocks(samples: Samples, window: int, step: int) -> Iterator[Floats]:
    """Magnitudes of the windowed spectra in blocks of rows, one row per step, the first centred at half a window."""
    if len(samples) < window:
        samples = np.pad(samples, (0, window - len(samples)))
    shape = np.hanning(window).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(samples, window)[::step]
    rows = _BLOCK_SECONDS * SAMPLE_RATE // step
    for first in range(0, len(frames), rows):
        yield np.abs(fft.rfft(frames[first : first + rows] * shape, axis=1)).astype(np.float32)

"""How regular the onsets of a stretch are, and how fast."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy import fft  # here, because numpy loads it at its first use, when no file may be opened any more
from numpy.typing import NDArray

from clipsight.perception.sound.spectra import BAND_RATE, Floats

SHORTEST_BEAT, LONGEST_BEAT = 0.3, 1.2  # seconds: 200 to 50 beats per minute
STRONG_SHARE = 0.95  # the quantile of the envelope that tells how strong its onsets are
FAINT_ONSETS = 0.03  # strength below which there are none; hums and sweeps stay below 0.02, the softest choir is at 0.1
USUAL_BPM = 120.0  # people tap near two beats a second when several speeds fit (Ellis 2007, "Beat Tracking")
OCTAVES = 1.0  # standard deviation of that preference

Doubles = NDArray[np.float64]


def periodicity(onsets: Floats) -> Doubles | None:
    """Autocorrelation of an onset envelope for lags from 0, 1 at lag 0, without the bias of its shrinking overlap.

    None when there are no onsets to speak of, or fewer than two of the longest beats.
    """
    count = len(onsets)
    if count < 2 * LONGEST_BEAT * BAND_RATE or np.sort(onsets)[int(STRONG_SHARE * (count - 1))] < FAINT_ONSETS:
        return None
    centred = onsets.astype(np.float64) - float(onsets.mean())
    power = np.square(np.abs(fft.rfft(centred, 2 * count)))
    correlation = fft.irfft(power)[: count // 2 + 1] * (count / (count - np.arange(count // 2 + 1)))
    return correlation / correlation[0]


def pulse(onsets: Floats) -> float:
    """The highest periodicity between the shortest and the longest beat, about 0 (none) to 1 (a machine)."""
    correlation = periodicity(onsets)
    if correlation is None:
        return 0.0
    low, high = round(SHORTEST_BEAT * BAND_RATE), round(LONGEST_BEAT * BAND_RATE)
    return max(0.0, float(correlation[low : high + 1].max()))


def tempo(envelopes: Iterable[Floats], least: float) -> float | None:
    """Beats per minute, 50 to 200, from the onset envelopes of the music in a track.

    Args:
        envelopes: of stretches of music of the same piece.
        least: periodicity that the beat must have.
    """
    found = [correlation for part in envelopes if (correlation := periodicity(part)) is not None]
    if not found:
        return None
    shortest = min(map(len, found))
    mean = np.mean([part[:shortest] for part in found], axis=0)
    low, high = round(SHORTEST_BEAT * BAND_RATE), round(LONGEST_BEAT * BAND_RATE)
    lags = np.arange(low, high + 1)
    preference = np.exp(-0.5 * np.square(np.log2(60 * BAND_RATE / lags / USUAL_BPM) / OCTAVES))
    best = int(lags[np.argmax(mean[lags] * preference)])
    if mean[best] < least:
        return None
    return float(round(60 * BAND_RATE / _sharpened(mean, best), 1))


def _sharpened(correlation: Doubles, lag: int) -> float:
    """The lag between samples: followed to twice and four times itself, where the same error weighs half and a quarter."""
    exact = float(lag)
    for times in (1, 2, 4):
        near = round(exact * times)
        if near + 3 >= len(correlation):
            break
        peak = near - 2 + int(np.argmax(correlation[near - 2 : near + 3]))
        before, at, after = correlation[peak - 1 : peak + 2]
        bend = before - 2 * at + after
        shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
        exact = (peak + float(np.clip(shift, -0.5, 0.5))) / times
    return exact

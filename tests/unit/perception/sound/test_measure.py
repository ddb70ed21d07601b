from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clipsight.media.sound import DecodedSound
from clipsight.perception.sound.measure import SoundFinding, measure_sound
from clipsight.perception.sound_track import SAMPLE_RATE, Samples, moment_at
from clipsight.timeline import Instant, Span

RNG = np.random.default_rng(11)


def clock(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def noise(seconds: float, level: float = 0.1) -> Samples:
    return (level * RNG.standard_normal(round(seconds * SAMPLE_RATE))).astype(np.float32)


def sine(seconds: float) -> Samples:
    return (0.3 * np.sin(2 * np.pi * 440 * clock(seconds))).astype(np.float32)


def hum(seconds: float) -> Samples:
    time = clock(seconds)
    return (0.1 * sum(np.sin(2 * np.pi * 50 * k * time) / k for k in range(1, 12))).astype(np.float32)


def drums(seconds: float, bpm: float = 120) -> Samples:
    time = clock(seconds)
    sound = np.zeros(len(time))
    for number in range(int(seconds * bpm / 60)):
        begin = round(number * 60 / bpm * SAMPLE_RATE)
        tail = min(3000, len(time) - begin)
        hit = RNG.standard_normal(tail) if number % 2 else 2 * np.sin(2 * np.pi * 60 * time[:tail])
        sound[begin : begin + tail] += np.exp(-np.arange(tail) / 600) * hit
    return (0.2 * sound).astype(np.float32)


def chords(seconds: float) -> Samples:
    """Sustained chords that change every two seconds, without any beat."""
    time = clock(seconds)
    sound = np.zeros(len(time))
    for number, begin in enumerate(range(0, len(time), 2 * SAMPLE_RATE)):
        part = slice(begin, begin + 2 * SAMPLE_RATE)
        local = time[part] - time[begin]
        fade = np.minimum(1, local / 0.3) * np.minimum(1, (2 - local) / 0.3)
        for ratio in (1, 1.26, 1.5):
            for harmonic in range(1, 6):
                root = (220, 196, 175, 165)[number % 4] * ratio
                sound[part] += fade * np.sin(2 * np.pi * root * harmonic * local) / harmonic**1.3
    return (0.05 * sound).astype(np.float32)


def measured(samples: Samples, *speech: tuple[float, float], start: float = 0.0) -> SoundFinding:
    track = DecodedSound(samples, Instant.from_seconds(start), None, damaged=0, truncated=False)
    return measure_sound(track, [Span.from_seconds(begin, end) for begin, end in speech])


def kinds(finding: SoundFinding) -> list[str]:
    return [region.kind for region in finding.regions]


def test_a_beat_is_music_with_a_tempo():
    found = measured(drums(12))
    assert kinds(found) == ["music"]
    assert found.has_music
    assert found.tempo_bpm == pytest.approx(120, abs=1)


@pytest.mark.parametrize("bpm", [75, 96, 112, 140])
def test_tempo(bpm: float):
    assert measured(drums(16, bpm)).tempo_bpm == pytest.approx(bpm, rel=0.02)


def test_chords_without_a_beat_are_music_without_a_tempo():
    found = measured(chords(12))
    assert kinds(found) == ["music"]
    assert found.tempo_bpm is None


@pytest.mark.parametrize("make", [noise, sine, hum])
def test_noise_and_steady_tones_are_not_music(make):
    found = measured(make(10))
    assert kinds(found) == ["other"]
    assert not found.has_music
    assert found.tempo_bpm is None


@pytest.mark.parametrize("samples", [silence(3), noise(3, 1e-4), silence(0.001)])
def test_silence(samples: Samples):
    found = measured(samples)
    assert kinds(found) == ["silence"]
    assert found.regions[0].confidence == 1


def test_no_samples_no_regions():
    found = measured(silence(0))
    assert found.regions == []
    assert not found.has_music


def test_music_after_speech_has_its_start_and_end():
    """The voice is a stand-in: where somebody speaks is told, not measured here."""
    found = measured(np.concatenate([noise(6), silence(1), drums(8), silence(2)]), (0.0, 6.0))
    assert kinds(found) == ["speech", "silence", "music", "silence"]
    music = found.regions[2].span
    assert music.start.seconds == pytest.approx(7, abs=0.1)
    assert music.end.seconds == pytest.approx(15, abs=0.5)


def test_music_after_noise_starts_where_it_changes():
    found = measured(np.concatenate([noise(10), drums(10)]))
    assert kinds(found) == ["other", "music"]
    assert found.regions[1].span.start.seconds == pytest.approx(10, abs=0.5)


def test_speech_over_music():
    samples = drums(20)
    samples[6 * SAMPLE_RATE : 14 * SAMPLE_RATE] += noise(8, 0.02)
    found = measured(samples, (6.0, 14.0))
    assert kinds(found) == ["music", "speech_over_music", "music"]
    assert [round(region.span.start.seconds, 2) for region in found.regions] == [0, 6, 14]


def test_times_are_those_of_the_track():
    found = measured(np.concatenate([silence(3), drums(8)]), start=2.5)
    assert found.regions[0].span.start.seconds == 2.5
    assert found.regions[1].span.start.seconds == pytest.approx(5.5, abs=0.1)


def test_a_slow_beat_is_not_silence_with_clicks():
    assert "silence" not in kinds(measured(drums(10, 70)))[:-1]


PARTS = {"silence": silence, "noise": noise, "drums": drums, "chords": chords}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(PARTS)), st.floats(0.05, 4)), min_size=1, max_size=5),
    st.lists(st.tuples(st.floats(-1, 20), st.floats(0.01, 5)), max_size=4),
    st.floats(0, 3),
)
def test_regions_cover_the_sound_without_gaps(
    parts: list[tuple[str, float]], voices: list[tuple[float, float]], start: float
):
    samples = np.concatenate([PARTS[name](seconds) for name, seconds in parts])
    track = DecodedSound(samples, Instant.from_seconds(start), None, damaged=0, truncated=False)
    spoken: list[Span] = []
    for earliest, length in sorted(voices):
        begin = max(earliest, spoken[-1].end.seconds + 0.01) if spoken else earliest
        spoken.append(Span.from_seconds(begin, begin + length))
    found = measure_sound(track, spoken)
    assert found.regions[0].span.start == track.start
    assert found.regions[-1].span.end == moment_at(track, len(samples))
    assert all(a.span.end == b.span.start for a, b in pairwise(found.regions))
    assert all(a.kind != b.kind for a, b in pairwise(found.regions))
    assert all(0 <= region.confidence <= 1 for region in found.regions)
    assert found.has_music == bool({"music", "speech_over_music"} & set(kinds(found)))

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clipsight.perception.speech.port import VOICE_STEP
from clipsight.perception.speech.regions import (
    CHUNK_EDGE,
    EDGE,
    LONGEST_CHUNK,
    SHORTEST_SPEECH,
    Stretch,
    chunked,
    voiced_stretches,
)
from clipsight.perception.speech.spread import spread

SECOND = 16_000


def voice(*parts: tuple[float, float]) -> np.ndarray:
    """Probabilities, given as seconds and probability."""
    return np.concatenate([np.full(round(seconds * SECOND / VOICE_STEP), p, np.float32) for seconds, p in parts])


def test_speech_is_found_with_its_edges():
    probabilities = voice((1, 0.0), (2, 0.9), (1, 0.0))
    length = len(probabilities) * VOICE_STEP
    (found,) = voiced_stretches(probabilities, length)
    assert abs(found.first - (SECOND - EDGE)) <= VOICE_STEP
    assert abs(found.end - (3 * SECOND + EDGE)) <= VOICE_STEP


def test_short_pauses_do_not_part_and_short_sounds_do_not_count():
    assert len(voiced_stretches(voice((1, 0.9), (0.06, 0.0), (1, 0.9)), 3 * SECOND)) == 1
    assert len(voiced_stretches(voice((1, 0.9), (0.3, 0.0), (1, 0.9)), 3 * SECOND)) == 2
    assert voiced_stretches(voice((1, 0.0), (0.15, 0.9), (1, 0.0)), 3 * SECOND) == []
    assert len(voiced_stretches(voice((1, 0.9), (0.5, 0.4), (1, 0.9)), 3 * SECOND)) == 1


def test_near_stretches_share_a_chunk_and_far_ones_do_not():
    probabilities = voice((2, 0.9), (1.5, 0.0), (2, 0.9), (3, 0.0), (2, 0.9))
    voiced = voiced_stretches(probabilities, len(probabilities) * VOICE_STEP)
    chunks = chunked(voiced, probabilities, len(probabilities) * VOICE_STEP)
    assert [len(chunk.voiced) for chunk in chunks] == [2, 1]


@given(st.lists(st.tuples(st.floats(0.05, 25), st.floats(0, 1)), min_size=1, max_size=12))
def test_chunks_hold_all_speech_and_fit_the_recogniser(parts: list[tuple[float, float]]):
    probabilities = voice(*parts)
    length = max(1, len(probabilities) * VOICE_STEP - 100)
    voiced = voiced_stretches(probabilities, length)
    assert all(a.end <= b.first for a, b in pairwise(voiced))
    assert all(0 <= part.first < part.end <= length and part.length >= SHORTEST_SPEECH - 100 for part in voiced)
    chunks = chunked(voiced, probabilities, length)
    assert all(a.whole.end <= b.whole.first for a, b in pairwise(chunks))
    assert all(chunk.whole.length <= LONGEST_CHUNK + 2 * CHUNK_EDGE for chunk in chunks)
    assert sum(part.length for chunk in chunks for part in chunk.voiced) == sum(part.length for part in voiced)
    for chunk in chunks:
        assert chunk.whole.first <= chunk.voiced[0].first
        assert chunk.voiced[-1].end <= chunk.whole.end


@given(
    st.lists(st.sampled_from(["a", "garlic,", "$3.50", "—", "minutes."]), min_size=1, max_size=30),
    st.lists(st.tuples(st.integers(1, 30_000), st.integers(1, 50_000)), min_size=1, max_size=5),
)
def test_spread_words_are_in_order(words: list[str], gaps: list[tuple[int, int]]):
    voiced: list[Stretch] = []
    place = 0
    for gap, length in gaps:
        voiced.append(Stretch(place + gap, place + gap + length))
        place += gap + length
    places = spread(words, voiced)
    assert len(places) == len(words)
    assert places[0].start >= voiced[0].first
    assert all(place.start < place.end for place in places)
    assert all(a.end <= b.start for a, b in pairwise(places))

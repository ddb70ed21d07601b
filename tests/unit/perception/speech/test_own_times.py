from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.perception.language.names import language_code
from clipsight.perception.sound_track import SAMPLE_RATE
from clipsight.perception.speech.own_times import in_order

MOMENTS = st.floats(-5, 40, allow_nan=False)


@given(times=st.lists(st.tuples(MOMENTS, MOMENTS), max_size=50), length=st.integers(50, 30 * SAMPLE_RATE))
def test_whatever_a_recogniser_says_places_are_fit_for_use(times: list[tuple[float, float]], length: int):
    places = in_order(times, length)
    assert len(places) == len(times)
    assert all(0 <= place.start < place.end <= length for place in places)
    assert all(before.end <= after.start for before, after in pairwise(places))


def test_good_times_stay_as_they_are():
    places = in_order([(0.5, 1.0), (1.0, 1.25)], 2 * SAMPLE_RATE)
    assert [(place.start, place.end) for place in places] == [(8_000, 16_000), (16_000, 20_000)]


@pytest.mark.parametrize(
    ("name", "code"),
    [("english", "en"), (" German ", "de"), ("en", "en"), ("pt-BR", "pt"), ("klingon", None), ("", None), ("xx", None)],
)
def test_languages_by_name_or_code(name: str, code: str | None):
    assert language_code(name) == code

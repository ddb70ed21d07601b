"""Time: exact, half-open, never empty, also after rounding for the wire."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.timeline import Instant, Span, Timed, Track, clock, total_us, wire_seconds, wire_span

INSTANTS = st.integers(0, 600_000_000).map(Instant)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(INSTANTS)
    return Span(start, start.shifted(draw(st.integers(1, 60_000_000))))


def test_an_empty_span_is_refused() -> None:
    with pytest.raises(ValueError, match="empty span"):
        Span(Instant(5), Instant(5))


def test_ntsc_time_stamps_do_not_drift() -> None:
    base = Fraction(1001, 30_000)
    assert Instant.from_pts(30_000, base).us == 1001 * 1_000_000
    assert Instant.from_pts(90_000, Fraction(1, 90_000), origin_us=250_000).us == 750_000


def test_the_end_is_not_inside() -> None:
    span = Span.from_seconds(1.0, 2.0)
    assert span.contains(Instant.from_seconds(1.0))
    assert not span.contains(Instant.from_seconds(2.0))
    assert not span.overlaps(Span.from_seconds(2.0, 3.0))


@given(spans(), spans())
def test_sharing_and_joining_agree(one: Span, other: Span) -> None:
    shared, joined = one.shared_us(other), one.joined(other)
    assert (shared > 0) == one.overlaps(other)
    assert total_us([one, other]) == one.us + other.us - shared
    assert joined.us == total_us([one, other]) + one.gap_us(other)


@given(spans(), INSTANTS)
def test_the_wire_never_shows_an_empty_span_nor_one_past_the_end(span: Span, duration: Instant) -> None:
    end_of_video = max(duration, Instant(1))
    start, end = wire_span(span, end_of_video)
    assert 0 <= start < end <= max(0.001, wire_seconds(end_of_video))


@given(st.lists(spans(), max_size=20))
def test_a_track_is_in_order_and_merging_covers_the_same_time(items: list[Span]) -> None:
    track = Track(Timed(span, "x") for span in items)
    assert [item.span for item in track] == sorted(items)
    merged = track.merged(lambda a, b: a == b)
    assert total_us(item.span for item in merged) == total_us(items)
    ordered = list(merged)
    assert all(a.span.gap_us(b.span) > 0 for a, b in itertools.pairwise(ordered))


def test_what_holds_at_a_moment() -> None:
    track = Track([Timed(Span.from_seconds(0, 2), "a"), Timed(Span.from_seconds(1, 3), "b")])
    assert track.at(Instant.from_seconds(1.5)) == ["a", "b"]
    assert track.at(Instant.from_seconds(2.0)) == ["b"]
    assert [item.value for item in track.within(Span.from_seconds(2.5, 9))] == ["b"]


@pytest.mark.parametrize(("seconds", "shown"), [(0.0, "0:00"), (8.9, "0:08"), (61.0, "1:01"), (-1.0, "0:00")])
def test_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown

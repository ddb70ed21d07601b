"""Time inside a video: integer microseconds on the stream's own clock, first picture at zero.

Instants and spans are different types, so that a moment is never passed where a stretch is meant. Seconds exist only on the
wire (:func:`wire_seconds`), with three decimals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

MICROSECONDS = 1_000_000
WIRE_STEP = 1_000  # the wire has milliseconds

T = TypeVar("T")


@dataclass(frozen=True, order=True, slots=True)
class Instant:
    """A moment: ``us`` microseconds after the start of the video. May be negative before offsets are removed."""

    us: int

    @classmethod
    def from_seconds(cls, seconds: float) -> Instant:
        return cls(round(seconds * MICROSECONDS))

    @classmethod
    def from_pts(cls, pts: int, time_base: Fraction, origin_us: int = 0) -> Instant:
        """The moment of a presentation time stamp, exact to the microsecond.

        Args:
            pts: ticks of the stream.
            time_base: seconds per tick.
            origin_us: microseconds that count as zero (the stream's start offset).
        """
        return cls(round(pts * time_base * MICROSECONDS) - origin_us)

    @property
    def seconds(self) -> float:
        return self.us / MICROSECONDS

    def shifted(self, us: int) -> Instant:
        return Instant(self.us + us)

    def clamped(self, low: Instant, high: Instant) -> Instant:
        return max(low, min(self, high))


ZERO = Instant(0)


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """A stretch ``[start, end)``. It is never empty.

    Raises:
        ValueError: ``end`` is not after ``start``.
    """

    start: Instant
    end: Instant

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise ValueError(f"empty span: {self.start.us} to {self.end.us}")

    @classmethod
    def from_seconds(cls, start: float, end: float) -> Span:
        return cls(Instant.from_seconds(start), Instant.from_seconds(end))

    @property
    def us(self) -> int:
        """Length in microseconds, at least 1."""
        return self.end.us - self.start.us

    @property
    def seconds(self) -> float:
        return self.us / MICROSECONDS

    @property
    def middle(self) -> Instant:
        return Instant((self.start.us + self.end.us) // 2)

    def contains(self, moment: Instant) -> bool:
        return self.start <= moment < self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def shared_us(self, other: Span) -> int:
        """Microseconds that both spans cover, 0 when they do not meet."""
        return max(0, min(self.end.us, other.end.us) - max(self.start.us, other.start.us))

    def gap_us(self, other: Span) -> int:
        """Microseconds between two spans, 0 when they touch or overlap."""
        return max(0, max(self.start.us, other.start.us) - min(self.end.us, other.end.us))

    def joined(self, other: Span) -> Span:
        """The smallest span that covers both."""
        return Span(min(self.start, other.start), max(self.end, other.end))

    def clamped(self, whole: Span) -> Span | None:
        """The part inside ``whole``, or None when nothing is left."""
        start, end = max(self.start, whole.start), min(self.end, whole.end)
        return Span(start, end) if start < end else None


@dataclass(frozen=True, slots=True)
class Timed(Generic[T]):
    """A value and the stretch in which it holds."""

    span: Span
    value: T


class Track(Generic[T]):
    """Timed values in order of their start. Values may overlap in time."""

    def __init__(self, items: Iterable[Timed[T]] = ()) -> None:
        self._items = sorted(items, key=lambda item: item.span)

    def __iter__(self) -> Iterator[Timed[T]]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def at(self, moment: Instant) -> list[T]:
        return [item.value for item in self._items if item.span.contains(moment)]

    def within(self, span: Span) -> list[Timed[T]]:
        return [item for item in self._items if item.span.overlaps(span)]

    def merged(self, same: Callable[[T, T], bool], gap_us: int = 0) -> Track[T]:
        """Neighbours that are the ``same`` and at most ``gap_us`` apart become one, with the value of the first."""
        result: list[Timed[T]] = []
        for item in self._items:
            last = result[-1] if result else None
            if last and same(last.value, item.value) and last.span.gap_us(item.span) <= gap_us:
                result[-1] = Timed(last.span.joined(item.span), last.value)
            else:
                result.append(item)
        return Track(result)


def total_us(spans: Iterable[Span]) -> int:
    """Microseconds covered by at least one of the spans."""
    covered, reach = 0, None
    for span in sorted(spans):
        start = span.start.us if reach is None else max(span.start.us, reach)
        if span.end.us > start:
            covered += span.end.us - start
        reach = span.end.us if reach is None else max(reach, span.end.us)
    return covered


def wire_seconds(moment: Instant) -> float:
    """Seconds with three decimals, as the wire has them."""
    return round(moment.us / WIRE_STEP) / 1_000


def wire_span(span: Span, duration: Instant | None = None) -> tuple[float, float]:
    """Start and end in seconds with three decimals; rounding never makes the span empty nor moves it past ``duration``."""
    start, end = round(span.start.us / WIRE_STEP), round(span.end.us / WIRE_STEP)
    if duration is not None:
        limit = max(1, round(duration.us / WIRE_STEP))
        end = min(end, limit)
        start = min(start, limit - 1)
    if end <= start:
        end = start + 1
    return start / 1_000, end / 1_000


def clock(seconds: float) -> str:
    """``m:ss`` as the contract shows moments, for example ``0:08``. Rounds down, as a player's display does."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"

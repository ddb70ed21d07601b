"""From followed lines to the texts a viewer counts: one appearance, joined over misreadings, movement and typing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clipsight.perception.screen_text.drift import follows_picture
from clipsight.perception.screen_text.extent import extent
from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.history import History
from clipsight.perception.screen_text.lines import Line
from clipsight.perception.screen_text.wording import cleaned, is_text, key, likeness
from clipsight.timeline import Instant, Span

SAME_WORDS = 0.8  # common part of two texts that are one, read twice
JOIN_US = 350_000  # gap that one text may have: a flash, or the picture behind it changes
TYPED_US = 600_000  # gap between two states of a text that is being typed
SAME_ROW = 0.5  # of the lower height that two boxes share from top to bottom


@dataclass(frozen=True, slots=True)
class Piece:
    """One appearance of one line.

    Attributes:
        text: as it is shown.
        score: mean certainty of its characters, 0..1.
        sightings: how often the detector met it.
        span: when it was half visible.
        box: its place where it was read, in pixels of the small picture.
        tilt: degrees by which the line is turned.
        drift: how closely it moved along with the picture behind it, 0..1.
        path: places at the first and the last moment.
    """

    text: str
    score: float
    sightings: int
    span: Span
    box: Box
    tilt: float
    drift: float
    path: tuple[Box, Box]

    @property
    def key(self) -> str:
        return key(self.text)

    @property
    def weight(self) -> float:
        """Which of two readings of one text wins: the surer one, more characters, met more often."""
        return self.score + 0.02 * min(len(self.text), 10) + 0.02 * min(self.sightings, 5)


def appearances(line: Line, history: History, end: Instant) -> list[Piece]:
    """A line as pieces, one per uninterrupted appearance; none when it is not text."""
    best = line.best
    if best is None:
        return []
    reading = cleaned(best)
    if not is_text(reading, sum(line.sightings)):
        return []
    pieces: list[Piece] = []
    for trail, seen in zip(line.trails, line.sightings, strict=True):
        moments = trail.closed(history)
        found = extent(moments, line.box, history)
        stop = found.end if found.end is not None else end
        span = Span(found.start, max(stop, found.start.shifted(1)))
        path = line.box.moved(found.first.right, found.first.down), line.box.moved(found.last.right, found.last.down)
        pieces.append(
            Piece(reading.text, reading.score, seen, span, line.box, line.tilt, follows_picture(moments, history), path)
        )
    return pieces


def joined(pieces: list[Piece]) -> list[Piece]:
    """The pieces with those that show one text made one. Order of the answer: by start."""
    result = sorted(pieces, key=lambda p: (p.span, p.box.top, p.box.left))
    changed = True
    while changed:
        changed = False
        for number, piece in enumerate(result):
            partner = next((n for n in range(number + 1, len(result)) if _is_one(piece, result[n])), None)
            if partner is not None:
                other = result.pop(partner)
                result[number] = _union(piece, other)
                changed = True
                break
    return sorted(result, key=lambda p: (p.span, p.box.top, p.box.left))


def _union(one: Piece, other: Piece) -> Piece:
    best = one if one.weight >= other.weight else other
    early, late = (one, other) if one.span.start <= other.span.start else (other, one)
    return replace(
        best,
        span=one.span.joined(other.span),
        sightings=one.sightings + other.sightings,
        path=(early.path[0], late.path[1]),
    )


def _is_one(early: Piece, late: Piece) -> bool:
    gap = early.span.gap_us(late.span)
    if gap > TYPED_US:
        return False
    if gap <= JOIN_US and likeness(early.key, late.key) >= SAME_WORDS and _near(early, late):
        return True
    if _is_part(early, late) or _is_part(late, early):
        return True
    if _is_typed(early, late):
        return True
    return _is_rival(early, late)


def _near(early: Piece, late: Piece) -> bool:
    reach = 1.5 * max(early.box.height, late.box.height)
    places = [(one, other) for one in (early.box, *early.path) for other in (late.box, *late.path)]
    return any(one.overlap(other) > 0.1 or _distance(one, other) <= reach for one, other in places)


def _distance(one: Box, other: Box) -> float:
    (x1, y1), (x2, y2) = one.middle, other.middle
    return ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5


def _shares_row(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared >= SAME_ROW * min(one.height, other.height)


def _is_part(small: Piece, large: Piece) -> bool:
    """A fragment of a line that is on the screen at the same time."""
    if small.key not in large.key or small.box.inside(large.box) < 0.7 or not small.span.overlaps(large.span):
        return False
    return small.span.shared_us(large.span) >= 0.5 * min(small.span.us, large.span.us)


def _is_typed(early: Piece, late: Piece) -> bool:
    """The start of a line of which more appears later in the same place."""
    if not late.key.startswith(early.key) or len(late.key) <= len(early.key) or not _shares_row(early.box, late.box):
        return False
    height = max(early.box.height, late.box.height)
    left = abs(early.box.left - late.box.left) <= height
    middle = abs(early.box.middle[0] - late.box.middle[0]) <= height
    return (left or middle) and early.span.start <= late.span.start


def _is_rival(one: Piece, other: Piece) -> bool:
    """Two readings of one place at one time: only one can be right."""
    shared = one.span.shared_us(other.span)
    return shared >= 0.6 * min(one.span.us, other.span.us) and one.box.overlap(other.box) >= 0.5

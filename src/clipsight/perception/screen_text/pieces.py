"""From followed lines to the texts a viewer counts: one appearance, joined over misreadings, movement and typing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clipsight.perception.screen_text.drift import follows_picture
from clipsight.perception.screen_text.extent import extent
from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.history import History
from clipsight.perception.screen_text.lines import Line
from clipsight.perception.screen_text.unread import is_sparse
from clipsight.perception.screen_text.wording import (
    SPACE_DOUBT,
    cleaned,
    is_lone_letter,
    is_text,
    key,
    likeness,
    lost_space,
)
from clipsight.timeline import Instant, Span

SAME_WORDS = 0.8  # common part of two texts that are one, read twice
SURE = 0.9  # certainty of a reading in which hardly a letter is wrong
SAME_SURE_WORDS = 0.92  # common part of two sure readings of one text: "going" is not "doing"
TOUCH = 0.1  # overlap of two places that are one
JOIN_US = 350_000  # gap that one text may have: a flash, or the picture behind it changes
TYPED_US = 600_000  # gap between two states of a text that is being typed
FULLER_DOUBT = 0.15  # certainty that the longer of two readings may lack
SAME_WIDTH = 1.25  # letters that wide more are larger letters
NEAR = 1.5  # heights between the middles of two pieces of one text
PART_TIME = 0.6  # of its time that a fragment shares with its line
PART_AREA = 0.75  # of a fragment that lies inside its line
PART_HEIGHT = 0.4  # of the line's height that a fragment has; smaller print inside a large box is a text of its own
ENOUGH = 3  # times met, from which it is the certainty of the reading that counts
RIVAL_AREA = 0.5  # overlap of two readings of one place
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
        met: a moment at which the detector saw it.
        doubtful: a lone letter that is text only in the company of words, as "a" is among captions.
        grown: when the last letters were added to a line that was typed or grew word by word.
    """

    text: str
    score: float
    sightings: int
    span: Span
    box: Box
    tilt: float
    drift: float
    path: tuple[Box, Box]
    met: Instant
    grown: Instant | None = None
    doubtful: bool = False

    @property
    def key(self) -> str:
        return key(self.text)

    def at(self, moment: Instant) -> Box:
        """Its place at a moment of its span, taking an even movement for granted."""
        first, last = self.path
        part = min(1.0, max(0.0, (moment.us - self.span.start.us) / self.span.us))
        return Box(
            first.left + part * (last.left - first.left),
            first.top + part * (last.top - first.top),
            first.right + part * (last.right - first.right),
            first.bottom + part * (last.bottom - first.bottom),
        )

    @property
    def weight(self) -> float:
        """Which of two readings of one text wins: the surer one, more characters, met more often."""
        return self.score + 0.02 * min(len(self.text), 10) + 0.02 * min(self.sightings, 5)


def appearances(line: Line, history: History, end: Instant) -> list[Piece]:
    """A line as pieces, one per uninterrupted appearance; none when it is not text."""
    best = line.best
    if best is None or is_sparse(best, line.aspect):
        return []
    reading = cleaned(best)
    doubtful = not is_text(reading, sum(line.sightings))
    if doubtful and not is_lone_letter(reading):
        return []
    pieces: list[Piece] = []
    for trail, seen in zip(line.trails, line.sightings, strict=True):
        moments = trail.closed(history)
        found = extent(moments, line.box, history)
        stop = found.end if found.end is not None else end
        span = Span(found.start, max(stop, found.start.shifted(1)))
        path = line.box.moved(found.first.right, found.first.down), line.box.moved(found.last.right, found.last.down)
        pieces.append(
            Piece(
                reading.text,
                reading.score,
                seen,
                span,
                line.place,
                line.tilt,
                trail.drift if trail.drift is not None else follows_picture(moments, line.box, history),
                path,
                history.time(trail.origin),
                doubtful=doubtful,
            )
        )
    return pieces


def joined(pieces: list[Piece]) -> list[Piece]:
    """The pieces with those that show one text made one. Order of the answer: by start, doubtful ones at the end."""
    result = sorted((piece for piece in pieces if not piece.doubtful), key=_order)
    number = 0
    while number < len(result):
        for other in range(number + 1, len(result)):
            if result[other].span.start.us - result[number].span.end.us > TYPED_US:
                break
            one = _one(result[number], result[other])
            if one is not None:
                del result[other], result[number]
                result = sorted([*result, one], key=_order)
                number = -1  # what has grown may now reach others, also earlier ones
                break
        number += 1
    return [*result, *(piece for piece in pieces if piece.doubtful)]


def _order(piece: Piece) -> tuple[Span, float, float, str]:
    return piece.span, piece.box.top, piece.box.left, piece.text


def _one(early: Piece, late: Piece) -> Piece | None:
    """What two pieces are together; None when they are two texts."""
    gap = early.span.gap_us(late.span)
    if gap <= JOIN_US and same_words(early, late) and _near(early, late):
        return _union(early, late)
    if gap <= TYPED_US and _is_typed(early, late):
        return replace(_union(early, late), grown=late.grown or late.span.start)
    for small, large in ((early, late), (late, early)):
        if _is_part(small, large):
            return _union(small, large) if small.key in large.key else max(small, large, key=_standing)
    if _is_rival(early, late):
        return max(early, late, key=_standing)
    return None


def _standing(piece: Piece) -> tuple[int, float, int]:
    """Which of two rivals is believed: the one that was met more often, then the surer one."""
    return min(piece.sightings, ENOUGH), piece.weight, piece.span.us


def _union(one: Piece, other: Piece) -> Piece:
    best = _fuller(one, other) or _spaced(one, other) or max(one, other, key=lambda piece: piece.weight)
    early = one if one.span.start <= other.span.start else other
    last = one if one.span.end > other.span.end else other
    return replace(
        best,
        box=_tighter(best, other if best is one else one),
        span=one.span.joined(other.span),
        sightings=one.sightings + other.sightings,
        drift=max(one.drift, other.drift),
        grown=max((piece.grown for piece in (one, other) if piece.grown is not None), default=None),
        path=(_place(best.path[0], early.path[0]), _place(best.path[1], last.path[1])),
    )


def _tighter(best: Piece, other: Piece) -> Box:
    """The lower of two boxes around the same letters: around the same width, the detector took in what lies beside them."""
    low, high = sorted((best.box.width, other.box.width))
    same = best.key == other.key and high <= SAME_WIDTH * low
    return other.box if same and other.box.height < best.box.height else best.box


def _place(own: Box, other: Box) -> Box:
    """The other place when the text has moved there, else its own, which has the size of the whole text."""
    overlapping = own.overlap(other) > 0 and _shares_row(own, other)
    return own if overlapping else other


def _fuller(one: Piece, other: Piece) -> Piece | None:
    """The one that the other is part of, when it was read about as surely: a text is what it became."""
    short, long = sorted((one, other), key=lambda piece: len(piece.key))
    grown = len(long.key) > len(short.key) and short.key in long.key
    return long if grown and long.score >= short.score - FULLER_DOUBT else None


def _spaced(one: Piece, other: Piece) -> Piece | None:
    """The one that has a space that the other lost, when it was read about as surely."""
    for lacking, having in ((one, other), (other, one)):
        if lost_space(lacking.text, having.text) and having.score >= lacking.score - SPACE_DOUBT:
            return having
    return None


def same_words(one: Piece, other: Piece) -> bool:
    """Whether two readings are of one text. Sure readings that differ, and other numbers, are other texts."""
    sure = min(one.score, other.score) >= SURE
    numbers = [[c for c in piece.key if c.isdigit()] for piece in (one, other)]
    return numbers[0] == numbers[1] and likeness(one.key, other.key) >= (SAME_SURE_WORDS if sure else SAME_WORDS)


def _near(early: Piece, late: Piece) -> bool:
    reach = NEAR * max(early.box.height, late.box.height)
    shared = early.span.clamped(late.span)
    if shared is not None:
        return early.at(shared.middle).overlap(late.at(shared.middle)) > TOUCH
    places = [(early.path[1], late.path[0]), (early.box, late.box)]
    return any(one.overlap(other) > TOUCH or _distance(one, other) <= reach for one, other in places)


def _distance(one: Box, other: Box) -> float:
    (x1, y1), (x2, y2) = one.middle, other.middle
    return ((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5


def _shares_row(one: Box, other: Box) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared >= SAME_ROW * min(one.height, other.height)


def _is_part(small: Piece, large: Piece) -> bool:
    """A fragment, or a misreading, of a line that is on the screen most of the same time."""
    shared = small.span.clamped(large.span)
    if shared is None or shared.us < PART_TIME * small.span.us or len(small.key) > len(large.key):
        return False
    place, whole = small.at(shared.middle), large.at(shared.middle)
    return place.inside(whole) >= PART_AREA and place.height >= PART_HEIGHT * whole.height


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
    shared = one.span.clamped(other.span)
    if shared is None or shared.us < PART_TIME * min(one.span.us, other.span.us):
        return False
    return one.at(shared.middle).overlap(other.at(shared.middle)) >= RIVAL_AREA

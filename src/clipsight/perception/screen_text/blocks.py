"""Lines that a viewer takes for one text: words of one row, and rows of one column, that come and go together."""

from __future__ import annotations

from dataclasses import dataclass

from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.pieces import TYPED_US, Piece
from clipsight.timeline import Span

TOGETHER_US = 250_000  # by which the starts, or the ends, of lines of one block may differ
TOGETHER_SHARE = 0.04  # of a long appearance, the same
TOGETHER_PART = 0.5  # of the shorter appearance that both have in common
SAME_HEIGHT = 1.7  # a line that is that much higher is a heading, not the same text
ROW_GAP = 1.2  # heights between two words of a row
LINE_GAP = 0.9  # heights between two rows of a block
SAME_COLUMN = 1.0  # heights by which left edges, middles or right edges may differ
SAME_ROW = 0.5  # of the lower height that two words of a row share


@dataclass(frozen=True, slots=True)
class Block:
    """Lines in reading order, never empty.

    Attributes:
        lines: where they stand together, from top to bottom; where they replace one another, as they come.
        spoken: they replace one another, so they are one line of text.
    """

    lines: tuple[Piece, ...]
    spoken: bool = False

    @property
    def text(self) -> str:
        """Words of one row are separated by a space, rows by a line feed."""
        if self.spoken:
            return " ".join(line.text for line in self.lines)
        text = self.lines[0].text
        for above, line in zip(self.lines, self.lines[1:], strict=False):
            text += (" " if in_row(above.box, line.box) else "\n") + line.text
        return text

    @property
    def span(self) -> Span:
        span = self.lines[0].span
        for line in self.lines[1:]:
            span = span.joined(line.span)
        return span

    @property
    def box(self) -> Box:
        box = self.lines[0].box
        for line in self.lines[1:]:
            box = box.joined(line.box)
        return box

    @property
    def height(self) -> float:
        """Height of a line, in pixels of the small picture."""
        return max(line.box.height for line in self.lines)

    @property
    def score(self) -> float:
        """Mean certainty of the characters, 0..1."""
        return sum(line.score * len(line.text) for line in self.lines) / sum(len(line.text) for line in self.lines)

    @property
    def sightings(self) -> int:
        """How often the line that was met most often was met."""
        return max(line.sightings for line in self.lines)


def blocks(pieces: list[Piece]) -> list[Block]:
    """The pieces grouped into blocks, by start, then from top to bottom."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda p: (p.box.top, p.box.left)):
        touching = [group for group in groups if any(_belongs(piece, other) for other in group)]
        for group in touching[1:]:
            touching[0].extend(group)
            groups.remove(group)
        if touching:
            touching[0].append(piece)
        else:
            groups.append([piece])
    result = [Block(_reading_order(group)) for group in groups]
    return sorted(result, key=lambda block: (block.span.start, block.box.top, block.box.left))


def in_row(one: Box, other: Box) -> bool:
    """Whether two boxes stand in one row of text."""
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared >= SAME_ROW * min(one.height, other.height)


def _belongs(one: Piece, other: Piece) -> bool:
    low, high = sorted((one.box.height, other.box.height))
    if high > SAME_HEIGHT * low or not _together(one, other):
        return False
    if in_row(one.box, other.box):
        gap = max(one.box.left, other.box.left) - min(one.box.right, other.box.right)
        return gap <= ROW_GAP * high
    gap = max(one.box.top, other.box.top) - min(one.box.bottom, other.box.bottom)
    return gap <= LINE_GAP * high and _same_column(one.box, other.box, high)


def _together(one: Piece, other: Piece) -> bool:
    slack = max(TOGETHER_US, round(TOGETHER_SHARE * max(one.span.us, other.span.us)))
    if one.span.shared_us(other.span) < TOGETHER_PART * min(one.span.us, other.span.us):
        return False  # words of a fifth of a second each, one after the other
    if abs(one.span.end.us - other.span.end.us) > slack:
        return False
    return abs(one.span.start.us - other.span.start.us) <= slack or _goes_on(one, other) or _goes_on(other, one)


def _goes_on(upper: Piece, lower: Piece) -> bool:
    """Whether a line that was typed, or to which words were added, goes on in the next row."""
    if upper.grown is None or in_row(upper.box, lower.box) or upper.box.top > lower.box.top:
        return False
    return 0 <= lower.span.start.us - upper.grown.us <= TYPED_US


def _same_column(one: Box, other: Box, height: float) -> bool:
    left, right = abs(one.left - other.left), abs(one.right - other.right)
    middle = abs(one.middle[0] - other.middle[0])
    return min(left, right, middle) <= SAME_COLUMN * height


def _reading_order(group: list[Piece]) -> tuple[Piece, ...]:
    rows: list[list[Piece]] = []
    for piece in sorted(group, key=lambda p: p.box.middle[1]):
        if rows and in_row(rows[-1][0].box, piece.box):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return tuple(piece for row in rows for piece in sorted(row, key=lambda p: p.box.left))

"""Texts that replace one another in one place: where one surely stood, the other did not.

A short word has few strokes, and a few strokes can be found again in the word that takes its place. The moments at which
lines were read are certain; the boundaries that were followed from there are not.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from clipsight.perception.screen_text.pieces import Piece, same_words
from clipsight.timeline import Instant, Span

COVERED = 0.5  # part of the smaller place that the other one covers when both cannot be there at once


def parted(pieces: list[Piece]) -> list[Piece]:
    """The pieces with boundaries that do not reach over a moment at which something else was read in their place.

    Boundaries move only onto the boundary of the other text, and only where that lies between the two readings; readings
    that were followed over each other are left to :func:`~.pieces.joined`.
    """
    result = sorted(pieces, key=lambda piece: (piece.met, piece.box.top, piece.box.left))
    for number, other in combinations(range(len(result)), 2):
        early, late = result[number], result[other]
        if early.span.overlaps(late.span) and early.met < late.met and _exclude(early, late):
            result[number], result[other] = _apart(early, late)
    return result


def _exclude(early: Piece, late: Piece) -> bool:
    covered = max(early.box.inside(late.box), late.box.inside(early.box))
    return covered >= COVERED and not same_words(early, late) and not _share_words(early, late)


def _share_words(one: Piece, other: Piece) -> bool:
    """Whether one says what the other says, and more: a line that grows, or a part of it."""
    first, second = (set(piece.text.casefold().split()) for piece in (one, other))
    return first <= second or second <= first or one.key.startswith(other.key) or other.key.startswith(one.key)


def _apart(early: Piece, late: Piece) -> tuple[Piece, Piece]:
    if early.met < late.span.start <= late.met:
        return _until(early, late.span.start), late
    if early.met < early.span.end <= late.met:
        return early, replace(late, span=Span(early.span.end, max(late.span.end, early.span.end.shifted(1))))
    return early, late


def _until(piece: Piece, end: Instant) -> Piece:
    return replace(piece, span=Span(piece.span.start, end)) if piece.span.start < end else piece

"""From blocks of lines to rows of the result: role, confidence, boundaries on cuts, reading order."""

from __future__ import annotations

from collections.abc import Sequence

from clipsight.perception.screen_text.blocks import blocks
from clipsight.perception.screen_text.findings import TextFinding
from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.phrases import phrases
from clipsight.perception.screen_text.pieces import Piece
from clipsight.perception.screen_text.roles import roles
from clipsight.timeline import Instant, Span

CUT_US = 50_000  # a text that comes or goes this close to a cut comes or goes with it
DOUBT = 0.06  # part of the confidence that is missing when a text was met once; it halves with each further time
WEAKEST = 2  # power of the mean certainty: one wrong character in ten barely moves the mean, and makes the line wrong


def findings(pieces: list[Piece], shape: tuple[int, ...], end: Instant, cuts: Sequence[Instant] = ()) -> list[TextFinding]:
    """The rows, by start, then from top to bottom and left to right.

    Args:
        pieces: one per line of text; those that are doubtful count among fast captions only.
        shape: height and width of the small picture.
        end: when the video ends.
        cuts: when the shot changes, as far as it is known.
    """
    doubtful = [piece for piece in pieces if piece.doubtful]
    found = phrases(blocks([piece for piece in pieces if not piece.doubtful]), doubtful)
    drift = [max(line.drift for line in block.lines) for block in found]
    rows: list[TextFinding] = []
    for block, role in zip(found, roles(found, shape, end, cuts, drift), strict=True):
        span = _on_cuts(block.span, cuts, end)
        rows.append(
            TextFinding(block.text, span, fractions(block.box, shape), role, confidence(block.score, block.sightings))
        )
    return sorted(rows, key=lambda row: (row.span.start, row.box[1], row.box[0]))


def confidence(score: float, sightings: int) -> float:
    """0..1; grows with the mean certainty of the characters and with the number of times the text was met."""
    return min(1.0, max(0.0, score)) ** WEAKEST * (1 - DOUBT * 0.5 ** (max(1, sightings) - 1))


def fractions(box: Box, shape: tuple[int, ...]) -> tuple[float, float, float, float]:
    """Left, top, width and height as parts of the picture, inside it."""
    height, width = shape[:2]
    left, right = (min(1.0, max(0.0, x / width)) for x in (box.left, box.right))
    top, bottom = (min(1.0, max(0.0, y / height)) for y in (box.top, box.bottom))
    return left, top, right - left, bottom - top


def _on_cuts(span: Span, cuts: Sequence[Instant], end: Instant) -> Span:
    start, stop = _moved(span.start, cuts), min(_moved(span.end, cuts), max(end, span.start.shifted(1)))
    return Span(start, stop) if start < stop else span


def _moved(moment: Instant, cuts: Sequence[Instant]) -> Instant:
    nearest = min(cuts, key=lambda cut: abs(cut.us - moment.us), default=moment)
    return nearest if abs(nearest.us - moment.us) <= CUT_US else moment

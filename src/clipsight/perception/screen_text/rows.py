"""From lines to rows of the result: lines that belong together, their role and confidence."""

from __future__ import annotations

from clipsight.perception.screen_text.findings import TextFinding
from clipsight.perception.screen_text.geometry import Box
from clipsight.perception.screen_text.pieces import Piece
from clipsight.timeline import Instant


def findings(pieces: list[Piece], shape: tuple[int, ...], end: Instant) -> list[TextFinding]:
    """The rows, sorted by start, then top, then left.

    Args:
        pieces: one per text line.
        shape: height and width of the small picture.
        end: when the video ends.
    """
    rows = [TextFinding(p.text, p.span, _fractions(p.box, shape), "overlay", min(1.0, p.score)) for p in pieces]
    return sorted(rows, key=lambda row: (row.span.start, row.box[1], row.box[0]))


def _fractions(box: Box, shape: tuple[int, ...]) -> tuple[float, float, float, float]:
    height, width = shape[:2]
    left, top = max(0.0, box.left / width), max(0.0, box.top / height)
    right, bottom = min(1.0, box.right / width), min(1.0, box.bottom / height)
    return left, top, max(0.0, right - left), max(0.0, bottom - top)

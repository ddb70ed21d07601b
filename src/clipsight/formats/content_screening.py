"""``content-screening``: what an advertiser would mind, how grave it is, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from clipsight.analysis.local.material import Material
from clipsight.analysis.local.wording import counted, listed
from clipsight.formats.blindness import NO_WORDS, gap_notes
from clipsight.formats.example import Clip, Said, Shown
from clipsight.formats.format import Format
from clipsight.formats.head import EvidenceEntry, FormatModel, FormatResult, entry
from clipsight.formats.screening_rules import DISCLOSURE, PROMOTION, RULES, Level
from clipsight.grounding.passages import Passage
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart

MOST_ENTRIES = 10  # per flag
MANY_MEDIUM = 4  # so many things of medium severity weigh as much as a grave one
UNDISCLOSED = "undisclosed-promotion"

_ORDER: tuple[Level, ...] = ("low", "medium", "high")
_PICTURE = "Only words were screened; the pictures and the music were not."


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
    paid_partnership: bool = Field(description="Whether the video says that someone paid or gave something for it")
    marker: str | None = Field(description="The words that say so, verbatim")


class ContentScreening(FormatResult):
    safe: bool = Field(description="Nothing of medium or high severity was found, and the words could be screened")
    risk_level: Level
    flags: list[Flag]
    recommendation: Literal["approve", "review", "reject"]
    ad_placement: AdPlacement
    disclosure: Disclosure


def extract(video: VideoPart, evidence: Evidence, analysis: Analysis, blind: frozenset[str]) -> ContentScreening:
    """Flags with the words they rest on. What could not be heard or read is never approved."""
    material = Material.of(video, evidence)
    if not material.passages:
        return _wordless(gap_notes(evidence, blind))
    flags = _flags(material.passages)
    disclosure = _disclosure(material.passages)
    if disclosure.marker is None:
        flags += _undisclosed(material.passages)
    flags.sort(key=lambda flag: (-_ORDER.index(flag.severity), flag.category))
    risk = _risk(flags)
    notes = _notes(material, blind)
    partial = len(notes) > 1
    if partial and risk == "low":
        risk = "medium"
    recommendation: Literal["approve", "review", "reject"] = (
        "reject" if risk == "high" else "review" if risk == "medium" else "approve"
    )
    return ContentScreening(
        applicable=True,
        summary=_summary(flags, partial=partial),
        confidence=0.3 if partial else 0.6,
        notes=notes,
        safe=risk == "low",
        risk_level=risk,
        flags=flags,
        recommendation=recommendation,
        ad_placement=_placement(flags, risk, partial=partial),
        disclosure=disclosure,
    )


def _wordless(missed: list[str]) -> ContentScreening:
    return ContentScreening(
        applicable=False,
        summary="The words could not be screened." if missed else "There are no words to screen.",
        confidence=0.0,
        notes=[*(missed or [NO_WORDS]), _PICTURE],
        safe=False,
        risk_level="medium",
        flags=[],
        recommendation="review",
        ad_placement=AdPlacement(
            suitable=False,
            risk_level="medium",
            categories=[],
            blocklist_matches=[],
            notes="Nothing could be screened, so nothing can be vouched for.",
        ),
        disclosure=Disclosure(paid_partnership=False, marker=None),
    )


def _flags(found: Sequence[Passage]) -> list[Flag]:
    grouped: dict[tuple[str, Level], list[EvidenceEntry]] = {}
    for rule in RULES:
        for passage in found:
            entries = _entries(rule.pattern, passage)
            if entries:
                grouped.setdefault((rule.category, rule.severity), []).extend(entries)
    return [
        Flag(category=category, severity=severity, evidence=entries[:MOST_ENTRIES])
        for (category, severity), entries in grouped.items()
    ]


def _entries(pattern: re.Pattern[str], passage: Passage) -> list[EvidenceEntry]:
    return [
        entry(passage, passage.span_of(match.start(), match.end()), match.group(0))
        for match in pattern.finditer(passage.text)
    ]


def _disclosure(found: Sequence[Passage]) -> Disclosure:
    for passage in found:
        match = DISCLOSURE.search(passage.text)
        if match:
            return Disclosure(paid_partnership=True, marker=" ".join(match.group(0).split()))
    return Disclosure(paid_partnership=False, marker=None)


def _undisclosed(found: Sequence[Passage]) -> list[Flag]:
    entries = [place for passage in found for place in _entries(PROMOTION, passage)]
    return [Flag(category=UNDISCLOSED, severity="medium", evidence=entries[:MOST_ENTRIES])] if entries else []


def _risk(flags: Sequence[Flag]) -> Level:
    severities = [flag.severity for flag in flags]
    medium = sum(len(flag.evidence) for flag in flags if flag.severity == "medium")
    if "high" in severities or medium >= MANY_MEDIUM:
        return "high"
    return "medium" if "medium" in severities else "low"


def _notes(material: Material, blind: frozenset[str]) -> list[str]:
    """What was not screened; anything beyond the pictures means that words may have been missed."""
    notes = [_PICTURE, *gap_notes(material.evidence, blind)]
    if not material.english and (material.spoken or material.sung or material.written):
        notes.append("The word lists are English, and this video is in another language or in none that is known.")
    return notes


def _summary(flags: Sequence[Flag], *, partial: bool) -> str:
    if not flags:
        rest = ", though not all of its words could be judged" if partial else ""
        return f"Nothing that an advertiser would mind is said or written{rest}."
    subjects = list(dict.fromkeys(flag.category.replace("-", " ") for flag in flags))
    return f"The words raise {counted(len(flags), 'flag')}: {listed(subjects)}."


def _placement(flags: Sequence[Flag], risk: Level, *, partial: bool) -> AdPlacement:
    sensitive = [flag for flag in flags if flag.category != UNDISCLOSED]
    matches = dict.fromkeys(place.quote for flag in sensitive for place in flag.evidence if place.quote)
    if partial and not flags:
        notes = "Not all words could be judged; have a person look."
    elif not flags:
        notes = "No sensitive subject was found in the words."
    else:
        notes = f"Placement depends on {listed(list(dict.fromkeys(flag.category for flag in flags)))}."
    return AdPlacement(
        suitable=risk == "low",
        risk_level=risk,
        categories=list(dict.fromkeys(flag.category for flag in sensitive)),
        blocklist_matches=list(matches),
        notes=notes,
    )


FORMAT = Format(
    slug="content-screening",
    category="brand",
    title="Content screening",
    description="Brand safety: what was said or written that an advertiser would mind, how grave it is, and what to do",
    model=ContentScreening,
    extract=extract,
    prompt=(
        "Judge whether an advertiser could appear beside this video. One flag for each kind of thing an advertiser "
        "would mind (profanity, violence, sex, drugs, alcohol, gambling, hate, self-harm, weapons, health or money "
        "promises, undisclosed promotion), with the severity a careful reviewer would give it. disclosure.marker is "
        "the words that say somebody paid or gave something, verbatim. What could not be seen or heard is never "
        "approved."
    ),
    example=Clip(
        duration=9.0,
        said=(
            Said(0.4, 3.8, "I got this damn good blender and it changed my mornings."),
            Said(4.0, 8.2, "Use code MIX15 for fifteen percent off today."),
        ),
        shown=(Shown(0.2, 8.8, "#ad with BlendCo"),),
        caption="Best blender ever #ad",
    ),
)

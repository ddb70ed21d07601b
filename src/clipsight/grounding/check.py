"""Nothing leaves the house that cannot be pointed at: an analysis is held against its evidence.

Unknown ids are dropped, and with them claims that have no evidence left. Quotes must be found in speech, screen text or
what the platform says; they leave in the evidence's own wording. Quotations inside other claims must be found too. Times
are moved into the evidence that the claim cites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from clipsight.grounding.passages import passages, whole
from clipsight.grounding.quotes import Quotable, quoted_parts
from clipsight.schema.analysis import Analysis, Claim, KeyMoment, Quote
from clipsight.schema.evidence import Evidence
from clipsight.schema.result import evidence_ids
from clipsight.schema.video import VideoPart
from clipsight.timeline import Instant, Span, wire_seconds, wire_span

AnyClaim = TypeVar("AnyClaim", bound=Claim)


@dataclass(frozen=True, slots=True)
class GroundingReport:
    """What had to be done. All zero for an analysis that was true to its evidence."""

    ids_dropped: int = 0
    claims_dropped: int = 0
    quotes_repaired: int = 0
    quotes_dropped: int = 0
    times_moved: int = 0

    @property
    def clean(self) -> bool:
        return self == GroundingReport()

    def __add__(self, other: GroundingReport) -> GroundingReport:
        return GroundingReport(
            self.ids_dropped + other.ids_dropped,
            self.claims_dropped + other.claims_dropped,
            self.quotes_repaired + other.quotes_repaired,
            self.quotes_dropped + other.quotes_dropped,
            self.times_moved + other.times_moved,
        )


def evidence_spans(video: VideoPart, evidence: Evidence) -> dict[str, Span]:
    """When each piece of evidence holds. What is true of the whole clip (``video``, ``sound``, …) spans all of it."""
    everything = whole(video)
    spans = dict.fromkeys(evidence_ids(video, evidence), everything)
    regions = evidence.sound.regions if evidence.sound else []
    for item in (*evidence.shots, *evidence.screen_text, *evidence.speech.segments, *regions, *evidence.faces):
        spans[item.id] = Span.from_seconds(item.start, item.end)
    for keyframe in evidence.keyframes:
        at = Instant.from_seconds(keyframe.time)
        spans[keyframe.id] = Span(at, at.shifted(1_000))
    return spans


def check_quotes(quotes: Sequence[Quote], video: VideoPart, evidence: Evidence) -> tuple[list[Quote], GroundingReport]:
    """Only the quotes whose words are in the evidence, in its wording, citing where they stand."""
    quotable = Quotable(passages(video, evidence))
    kept: list[Quote] = []
    repaired = 0
    for quote in quotes:
        place = quotable.find(quote.text, quote.evidence)
        if place is None:
            continue
        text = quote.text if place.literal else place.text
        cited = quote.evidence if set(place.ids) <= set(quote.evidence) else list(place.ids)
        if text != quote.text or cited != quote.evidence:
            repaired += 1
            kept.append(quote.model_copy(update={"text": text, "evidence": cited}))
        else:
            kept.append(quote)
    return kept, GroundingReport(quotes_repaired=repaired, quotes_dropped=len(quotes) - len(kept))


def check_times(analysis: Analysis, video: VideoPart, evidence: Evidence) -> tuple[Analysis, GroundingReport]:
    """Moments and quotes moved into the evidence they cite. All cited ids must exist."""
    spans = evidence_spans(video, evidence)
    moments = [_moment_inside(moment, spans) for moment in analysis.key_moments]
    quotes = [_quote_inside(quote, spans, video) for quote in analysis.quotes]
    pairs = (*zip(moments, analysis.key_moments, strict=True), *zip(quotes, analysis.quotes, strict=True))
    moved = sum(now != before for now, before in pairs)
    if not moved:
        return analysis, GroundingReport()
    moments.sort(key=lambda moment: moment.start)
    quotes.sort(key=lambda quote: (quote.start, quote.end))
    return analysis.model_copy(update={"key_moments": moments, "quotes": quotes}), GroundingReport(times_moved=moved)


def _moment_inside(moment: KeyMoment, spans: dict[str, Span]) -> KeyMoment:
    at = Instant.from_seconds(moment.start)
    cited = [spans[ref] for ref in moment.evidence]
    if any(span.start <= at <= span.end for span in cited):
        return moment
    return moment.model_copy(update={"start": wire_seconds(nearest(at, cited))})


def nearest(at: Instant, spans: Sequence[Span]) -> Instant:
    """The moment inside one of the spans, of which there must be at least one, that lies closest to ``at``."""
    return min((at.clamped(span.start, span.end) for span in spans), key=lambda edge: abs(edge.us - at.us))


def _quote_inside(quote: Quote, spans: dict[str, Span], video: VideoPart) -> Quote:
    cited = [spans[ref] for ref in quote.evidence]
    around = Span(min(span.start for span in cited), max(span.end for span in cited))
    start, end = Instant.from_seconds(quote.start), Instant.from_seconds(quote.end)
    inside = Span(start, end).clamped(around) if start < end else None
    first, last = wire_span(inside or around, whole(video).end)
    if (first, last) == (quote.start, quote.end):
        return quote
    return quote.model_copy(update={"start": first, "end": last})


def ground(analysis: Analysis, video: VideoPart, evidence: Evidence) -> tuple[Analysis, GroundingReport]:
    """The part of ``analysis`` that its evidence bears, and what had to be changed for that."""
    analysis, claims = _check_claims(analysis, video, evidence)
    kept, quotes = check_quotes(analysis.quotes, video, evidence)
    if kept != analysis.quotes:
        analysis = analysis.model_copy(update={"quotes": kept})
    analysis, times = check_times(analysis, video, evidence)
    return analysis, claims + quotes + times


def _check_claims(analysis: Analysis, video: VideoPart, evidence: Evidence) -> tuple[Analysis, GroundingReport]:
    checker = _ClaimChecker(frozenset(evidence_ids(video, evidence)), Quotable(passages(video, evidence)))
    checked = analysis.model_copy(
        update={
            "summary": checker.one(analysis.summary),
            "description": checker.one(analysis.description),
            "setting": checker.one(analysis.setting),
            "subjects": checker.several(analysis.subjects),
            "topics": checker.several(analysis.topics),
            "hooks": checker.several(analysis.hooks),
            "call_to_action": checker.one(analysis.call_to_action),
            "key_moments": checker.several(analysis.key_moments),
            "quotes": checker.several(analysis.quotes, quotations=False),
            "format": checker.one(analysis.format),
            "sentiment": checker.one(analysis.sentiment),
            "target_audience": checker.one(analysis.target_audience),
        }
    )
    report = GroundingReport(
        ids_dropped=checker.ids_dropped,
        claims_dropped=checker.claims_dropped,
        quotes_dropped=checker.quotes_dropped,
    )
    return (analysis if report.clean else checked), report


class _ClaimChecker:
    def __init__(self, known: frozenset[str], quotable: Quotable) -> None:
        self._known = known
        self._quotable = quotable
        self.ids_dropped = 0
        self.claims_dropped = 0
        self.quotes_dropped = 0

    def one(self, claim: AnyClaim | None, *, quotations: bool = True) -> AnyClaim | None:
        if claim is None:
            return None
        cited = [ref for ref in claim.evidence if ref in self._known]
        self.ids_dropped += len(claim.evidence) - len(cited)
        if not cited:
            self.claims_dropped += 1
            return None
        if quotations and not all(self._quotable.find(part, cited) for part in quoted_parts(claim.text)):
            self.quotes_dropped += 1
            self.claims_dropped += 1
            return None
        return claim if cited == claim.evidence else claim.model_copy(update={"evidence": cited})

    def several(self, claims: Sequence[AnyClaim], *, quotations: bool = True) -> list[AnyClaim]:
        return [kept for claim in claims if (kept := self.one(claim, quotations=quotations)) is not None]

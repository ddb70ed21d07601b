"""``quote-highlights``: sentences worth sharing, letter by letter, and the stretch that makes the best clip."""

from __future__ import annotations

from pydantic import Field

from clipsight.analysis.local.material import Material
from clipsight.analysis.local.quotes import Scored, quotable, scored
from clipsight.analysis.local.wording import capital, counted, listed
from clipsight.formats.blindness import LESS_SURE, NO_WORDS, gap_notes, unheard, unread
from clipsight.formats.example import Clip, Said, Shown
from clipsight.formats.format import Format
from clipsight.formats.head import EvidenceEntry, FormatModel, FormatResult, entry
from clipsight.grounding.passages import Sentence
from clipsight.grounding.quotes import quoted
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.model import Seconds
from clipsight.schema.video import VideoPart
from clipsight.timeline import MICROSECONDS, Span, wire_span

MOST = 6
CLIP_SHORTEST_US, CLIP_LONGEST_US = 4 * MICROSECONDS, 20 * MICROSECONDS
CLIP_PAUSE_US = 2 * MICROSECONDS  # a longer silence tears a clip apart
ORDINARY = 1.8  # score of a sentence that neither helps nor harms a clip


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


def extract(video: VideoPart, evidence: Evidence, analysis: Analysis, blind: frozenset[str]) -> QuoteHighlights:
    """The best sentences in order of time; not applicable when nothing is said or written that bears quoting."""
    material = Material.of(video, evidence)
    best = quotable(material)[:MOST]
    missed = gap_notes(evidence, blind)
    sure = LESS_SURE if missed else 1.0
    if not best:
        return QuoteHighlights(
            applicable=False,
            summary="There is no quote to highlight in this video.",
            confidence=0.7 * sure,
            notes=_why_none(material, blind),
            quotes=[],
            best_clip=None,
        )
    if material.spoken:
        notes = ["Speakers are not told apart."]
    elif unheard(evidence.speech, blind):
        notes = ["The quotes stand on the screen."]
    else:
        notes = ["Nobody speaks; the quotes stand on the screen."]
    notes += [*missed, *_other_language(material)]
    return QuoteHighlights(
        applicable=True,
        summary=f"{capital(counted(len(best), 'quote'))}; the strongest is {quoted(best[0].sentence.text)}.",
        confidence=_confidence(evidence, best) * sure,
        notes=notes,
        quotes=[_quote(item, material) for item in sorted(best, key=lambda item: item.sentence.span)],
        best_clip=_best_clip(material),
    )


def _why_none(material: Material, blind: frozenset[str]) -> list[str]:
    """One note for each source of words: what it lacks, or that it is not known."""
    missed = gap_notes(material.evidence, blind)
    if not material.passages:
        return missed or [NO_WORDS]
    notes: list[str] = []
    if material.spoken:
        notes.append("What is said is too short or too plain.")
    elif not unheard(material.evidence.speech, blind):
        notes.append("Nobody speaks.")
    if not material.spoken and not unread(blind):
        notes.append("No text on the screen stands for itself.")
    return [*notes, *missed, *_other_language(material)]


def _other_language(material: Material) -> list[str]:
    """A note when the rules for words do not hold."""
    if material.english:
        return []
    return ["Sentences were chosen by length and form alone: the word rules read English."]


def _confidence(evidence: Evidence, best: list[Scored]) -> float:
    """As sure as the recogniser was of the segments that are quoted, a little less for the choice."""
    ids = {i for item in best for i in item.sentence.ids}
    heard = [segment.confidence for segment in evidence.speech.segments if segment.id in ids]
    read = [text.confidence for text in evidence.screen_text if text.id in ids]
    sure = heard + read
    return 0.9 * sum(sure) / len(sure) if sure else 0.5


def _quote(item: Scored, material: Material) -> HighlightedQuote:
    start, end = wire_span(item.sentence.span, material.whole.end)
    why = capital(listed(list(item.why))) if item.why else "Stands on its own"
    return HighlightedQuote(
        text=item.sentence.text, speaker=None, start=start, end=end, why=why, evidence=[entry(item.sentence)]
    )


def _best_clip(material: Material) -> BestClip | None:
    """Neighbouring sentences of 4 to 20 seconds whose scores add up to the most above an ordinary sentence."""
    best: tuple[float, Span, Sentence] | None = None
    said = material.spoken
    for first in range(len(said)):
        gain, span = 0.0, said[first].span
        top = scored(said[first], english=material.english)
        for last in range(first, len(said)):
            if last > first and span.gap_us(said[last].span) > CLIP_PAUSE_US:
                break
            span = span.joined(said[last].span)
            if span.us > CLIP_LONGEST_US:
                break
            item = scored(said[last], english=material.english)
            gain += item.score - ORDINARY
            top = item if item.score > top.score else top
            if span.us >= CLIP_SHORTEST_US and gain > 0 and (best is None or gain > best[0]):
                best = (gain, span, top.sentence)
    if best is None:
        return None
    start, end = wire_span(best[1], material.whole.end)
    return BestClip(start=start, end=end, reason=f"Whole sentences around {quoted(best[2].text, 60)}")


FORMAT = Format(
    slug="quote-highlights",
    category="content",
    title="Quote highlights",
    description="The sentences worth sharing, verbatim, with times, and the best stretch to cut out as a clip",
    model=QuoteHighlights,
    extract=extract,
    prompt=(
        "Choose the sentences somebody would share on their own: complete, striking, understandable without the rest. "
        "Verbatim, never joined or corrected. why says in a few words what makes it worth sharing. bestClip is one "
        "stretch of 4 to 20 seconds that stands alone. A speaker only where the video names one."
    ),
    example=Clip(
        duration=16.0,
        said=(
            Said(0.5, 4.5, "Nobody tells you that discipline is just remembering what you want."),
            Said(5.0, 9.0, "The best time to start was yesterday, the second best is right now."),
            Said(9.5, 15.0, "So stop waiting for motivation, because it never comes before the work."),
        ),
        shown=(Shown(0.0, 4.0, "Read this twice"),),
    ),
)

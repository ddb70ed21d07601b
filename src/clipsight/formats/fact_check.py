"""``fact-check``: what the video states that can be looked up, verbatim, with what to search for."""

from __future__ import annotations

from pydantic import Field

from clipsight.analysis.local.material import Material
from clipsight.analysis.local.stopwords import STOPWORDS
from clipsight.analysis.local.wording import capital, counted
from clipsight.formats.blindness import LESS_SURE, NO_WORDS, gap_notes
from clipsight.formats.claims import Kind, Statement, statements
from clipsight.formats.example import Clip, Said, Shown
from clipsight.formats.format import Format
from clipsight.formats.head import EvidenceEntry, FormatModel, FormatResult, entry
from clipsight.grounding.quotes import quoted
from clipsight.grounding.tokens import tokens
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.model import Fraction
from clipsight.schema.video import VideoPart

MOST = 12
QUERY_WORDS = 10
NOT_JUDGED = "Nothing here says whether a claim is true; it says what to look up."


class CheckableClaim(FormatModel):
    text: str = Field(min_length=1, description="Verbatim")
    speaker: str | None = Field(description="Only when the video names who speaks")
    kind: Kind
    checkworthiness: Fraction = Field(description="How much the claim asks to be checked, not how likely it is wrong")
    search_query: str = Field(min_length=1)
    evidence: list[EvidenceEntry] = Field(min_length=1)


class FactCheck(FormatResult):
    claims: list[CheckableClaim]


def extract(video: VideoPart, evidence: Evidence, analysis: Analysis, blind: frozenset[str]) -> FactCheck:
    """The statements that ask most to be checked, in order of time."""
    material, missed = Material.of(video, evidence), gap_notes(evidence, blind)
    sure = LESS_SURE if missed else 1.0
    found = statements(material) if material.english else []
    if not found:
        return FactCheck(
            applicable=False,
            summary="No claim that could be checked was found in this video.",
            confidence=0.6 * sure,
            notes=[*missed, *_why_none(material)],
            claims=[],
        )
    best = sorted(found, key=lambda item: -item.worth)[:MOST]
    kept = [item for item in found if item in best]
    top = max(kept, key=lambda item: item.worth)
    return FactCheck(
        applicable=True,
        summary=f"{capital(counted(len(kept), 'claim'))} to check; first of all {quoted(top.sentence.text)}.",
        confidence=min(0.8, 0.5 + 0.3 * top.worth) * sure,
        notes=[*missed, NOT_JUDGED],
        claims=[_claim(item) for item in kept],
    )


def _why_none(material: Material) -> list[str]:
    if not material.passages:
        return [NO_WORDS]
    if not material.english:
        return ["Without a model, claims are read from videos in English."]
    return ["What is said or written is opinion, instruction or too general to be looked up."]


def _claim(item: Statement) -> CheckableClaim:
    return CheckableClaim(
        text=item.sentence.text,
        speaker=None,
        kind=item.kind,
        checkworthiness=item.worth,
        search_query=search_query(item.sentence.text),
        evidence=[entry(item.sentence)],
    )


def search_query(text: str) -> str:
    """The telling words of a sentence in its own order."""
    found = tokens(text)
    telling = [token for token in found if token.text not in STOPWORDS and (len(token.text) > 2 or token.text.isdigit())]
    return " ".join(text[token.first : token.last] for token in (telling or found)[:QUERY_WORDS])


FORMAT = Format(
    slug="fact-check",
    category="news",
    title="Fact check",
    description="What the video states that can be looked up: verbatim, by kind, with what to search for",
    model=FactCheck,
    extract=extract,
    prompt=(
        "List the statements of fact that a fact checker would look up: figures, events, causes, and what others are "
        "said to have said. Verbatim and complete. Leave out opinions, wishes, jokes and advice. checkworthiness says "
        "how much a claim asks to be checked, not whether you think it is wrong; do not judge truth. searchQuery is "
        "what one would type."
    ),
    example=Clip(
        duration=18.0,
        said=(
            Said(0.5, 5.0, "According to the city, 40 percent of all plastic bottles are never recycled."),
            Said(5.5, 10.0, "Drinking lemon water causes faster weight loss."),
            Said(10.5, 14.0, "I love this bottle, it is so pretty."),
            Said(14.5, 17.5, "The first refill station opened in 2019."),
        ),
        shown=(Shown(0.5, 5.0, "Plastic facts"),),
    ),
)

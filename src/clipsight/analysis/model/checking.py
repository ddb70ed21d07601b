"""A model's draft, held against the evidence: what holds becomes an analysis, the rest is named with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from clipsight.analysis.model.draft import DraftAnalysis, DraftClaim
from clipsight.grounding.check import evidence_spans, nearest
from clipsight.grounding.facts import Facts
from clipsight.grounding.passages import passages, whole
from clipsight.grounding.quotes import Quotable, quoted_parts
from clipsight.schema.analysis import Analysis, Claim, KeyMoment, Quote
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart
from clipsight.timeline import Instant, wire_seconds, wire_span

NO_EVIDENCE = "names no id that stands in the account"
NOT_SAID = "is not said or written there in these words"
STRANGE = {
    "number": "has a number that the lines it names do not have",
    "name": "has a name that nobody says or writes",
    "word": "names something that the lines it names do not",
}


@dataclass(frozen=True, slots=True)
class Unheld:
    """A part of an answer that nothing bears. Neither text holds a word of the video or of the answer."""

    where: str
    why: str


@dataclass(slots=True)
class Kept:
    """What held, and what did not."""

    analysis: Analysis
    unheld: list[Unheld] = field(default_factory=list[Unheld])


class Checker:
    """Holds texts against one document.

    Args:
        shown: ids of the pictures that the model saw; a claim cannot rest on one that it did not see.
        measures: whether numbers that clipsight measured, such as the count of shots, may be repeated.
    """

    def __init__(self, video: VideoPart, evidence: Evidence, shown: Sequence[str], *, measures: bool = True) -> None:
        self._video = video
        found = passages(video, evidence)
        self._spans = evidence_spans(video, evidence)
        hidden = {frame.id for frame in evidence.keyframes} - set(shown)
        self._known = frozenset(self._spans) - hidden
        self._quotable = Quotable(found)
        names = [name for name in (video.author, video.author_handle, video.music_title) if name]
        self._facts = Facts(found, measured=_measures(video, evidence) if measures else (), known_names=names)
        self._unheld: list[Unheld] = []

    def cited(self, refs: Sequence[str]) -> list[str]:
        """The ids that exist, each once."""
        return list(dict.fromkeys(ref for ref in refs if ref in self._known))

    def faults(self, text: str, cited: Sequence[str]) -> list[str]:
        """Why a text cannot stand; empty when it can."""
        if not cited:
            return [NO_EVIDENCE]
        found = [NOT_SAID for part in quoted_parts(text) if self._quotable.find(part, cited) is None]
        return [*found, *(STRANGE[kind] for kind in sorted({each.kind for each in self._facts.unborne(text, cited)}))]

    def analysis(self, draft: DraftAnalysis, analyst: str, language: str | None) -> Kept:
        """The part of a draft that holds."""
        self._unheld = []
        analysis = Analysis(
            analyst=analyst,
            summary=self._claim("summary", draft.summary),
            description=self._claim("description", draft.description),
            setting=self._claim("setting", draft.setting),
            subjects=self._claims("subjects", draft.subjects),
            topics=self._claims("topics", draft.topics),
            hooks=self._claims("hooks", draft.hooks),
            call_to_action=self._claim("call_to_action", draft.call_to_action),
            key_moments=self._moments(draft),
            quotes=self._quotes(draft.quotes),
            format=self._claim("format", draft.format),
            sentiment=self._claim("sentiment", draft.sentiment),
            target_audience=self._claim("target_audience", draft.target_audience),
            language=language,
        )
        return Kept(analysis, self._unheld)

    def _claim(self, where: str, claim: DraftClaim | None) -> Claim | None:
        if claim is None:
            return None
        cited, text = self.cited(claim.evidence), bare(claim.text)
        faults = self.faults(text, cited) if text else [NO_EVIDENCE]
        self._unheld += [Unheld(where, fault) for fault in faults]
        return None if faults else Claim(text=text, evidence=cited)

    def _claims(self, where: str, claims: Sequence[DraftClaim]) -> list[Claim]:
        numbered = (self._claim(f"{where}[{number}]", claim) for number, claim in enumerate(claims))
        return [claim for claim in numbered if claim is not None]

    def _moments(self, draft: DraftAnalysis) -> list[KeyMoment]:
        moments: list[KeyMoment] = []
        for number, moment in enumerate(draft.key_moments):
            claim = self._claim(f"key_moments[{number}]", moment)
            if claim is not None:
                start = self._nearest(moment.start, claim.evidence)
                moments.append(KeyMoment(text=claim.text, evidence=claim.evidence, start=start))
        return sorted(moments, key=lambda moment: moment.start)

    def _nearest(self, seconds: float, cited: Sequence[str]) -> float:
        """The time that was said, moved into the evidence it rests on."""
        at = Instant.from_seconds(min(seconds, self._video.duration))
        return wire_seconds(nearest(at, [self._spans[ref] for ref in cited]))

    def _quotes(self, claims: Sequence[DraftClaim]) -> list[Quote]:
        """Quotations leave in the evidence's own wording, with its times."""
        quotes: list[Quote] = []
        for number, claim in enumerate(claims):
            place = self._quotable.find(claim.text, claim.evidence)
            if place is None:
                self._unheld.append(Unheld(f"quotes[{number}]", NOT_SAID))
                continue
            start, end = wire_span(place.span, whole(self._video).end)
            text = bare(claim.text) if place.literal else place.text
            quotes.append(Quote(text=text, evidence=list(place.ids), start=start, end=end))
        return sorted(quotes, key=lambda quote: (quote.start, quote.end))


def bare(text: str) -> str:
    """One line without control characters."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def _measures(video: VideoPart, evidence: Evidence) -> list[float]:
    """Numbers that a claim may repeat because they were measured."""
    sizes = [video.duration, round(video.duration), len(evidence.shots), max(0, len(evidence.shots) - 1)]
    sizes += [face.count for face in evidence.faces]
    if evidence.sound is not None and evidence.sound.tempo_bpm is not None:
        sizes += [evidence.sound.tempo_bpm, round(evidence.sound.tempo_bpm)]
    return sizes

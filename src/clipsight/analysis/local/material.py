"""The evidence as the rules read it: sentences by source, words, and how much of the clip something covers."""

from __future__ import annotations

from dataclasses import dataclass

from clipsight.analysis.local.language import language_of
from clipsight.grounding.passages import Passage, Sentence, passages, sentences, whole
from clipsight.grounding.tokens import normalised, tokens
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart
from clipsight.timeline import Span, total_us


@dataclass(frozen=True, slots=True)
class Material:
    """What all rules share. Sentences are in order of time within each list.

    ``spoken`` is speech without lyrics; ``written`` is what was put on the picture to be read, without the interface of the
    platform and without subtitles of what is said; ``posted`` is title and caption of the platform.
    """

    video: VideoPart
    evidence: Evidence
    passages: tuple[Passage, ...]
    spoken: tuple[Sentence, ...]
    sung: tuple[Sentence, ...]
    written: tuple[Sentence, ...]
    posted: tuple[Sentence, ...]
    language: str | None
    whole: Span

    @classmethod
    def of(cls, video: VideoPart, evidence: Evidence) -> Material:
        found = passages(video, evidence)
        split = [sentence for sentence in sentences(found) if tokens(sentence.text)]  # not lone emoji or dots
        spoken = tuple(s for s in split if s.source == "speech" and s.kind == "speech")
        return cls(
            video=video,
            evidence=evidence,
            passages=tuple(found),
            spoken=spoken,
            sung=tuple(s for s in split if s.kind == "lyrics"),
            written=tuple(_written(found, has_speech=bool(spoken))),
            posted=tuple(s for s in split if s.source == "caption"),
            language=language_of(evidence, found),
            whole=whole(video),
        )

    @property
    def english(self) -> bool:
        """Whether the English word lists apply. Unknown counts as not: a list must not judge words it does not know."""
        return self.language == "en"

    def share(self, spans: list[Span]) -> float:
        """How much of the clip the spans cover, 0..1."""
        inside = [part for span in spans if (part := span.clamped(self.whole))]
        return total_us(inside) / self.whole.us

    def words(self, *groups: tuple[Sentence, ...]) -> list[str]:
        """Case-folded words of the sentences in order."""
        return [token.text for group in groups for sentence in group for token in tokens(sentence.text)]


def _written(found: list[Passage], *, has_speech: bool) -> list[Sentence]:
    """One per text, not per sentence: what stands together on the screen belongs together."""
    result: list[Sentence] = []
    seen: set[str] = set()
    for passage in found:
        readable = passage.source == "screen" and passage.kind != "interface"
        if not readable or (has_speech and passage.kind == "caption"):
            continue
        plain = normalised(passage.text)
        if plain and plain not in seen:
            seen.add(plain)
            text = " ".join(passage.text.split())
            result.append(Sentence(text, passage.span, (passage.id,), passage.source, passage.kind))
    return result

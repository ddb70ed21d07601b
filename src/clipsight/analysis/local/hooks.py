"""The opening: the first thing said and the first thing written."""

from __future__ import annotations

from clipsight.analysis.local.material import Material
from clipsight.grounding.passages import Sentence
from clipsight.grounding.tokens import normalised
from clipsight.schema.analysis import Claim
from clipsight.timeline import Instant

OPENING = Instant.from_seconds(4.0)  # a hook that comes later is none
LONGEST = 40  # words


def headline(material: Material) -> Sentence | None:
    """The largest text that is on the screen within the first seconds."""
    heights = {text.id: text.box[3] / max(1, text.text.count("\n") + 1) for text in material.evidence.screen_text}
    early = [s for s in material.written if s.span.start < OPENING and s.kind == "overlay" and _readable(s)]
    return max(early, key=lambda s: (heights.get(s.ids[0], 0.0), -s.span.start.us), default=None)


def _readable(sentence: Sentence) -> bool:
    return sum(char.isalpha() for char in sentence.text) >= 3


def hooks(material: Material) -> list[Claim]:
    """At most two, verbatim: the first spoken sentence and the headline, when they come within the first seconds."""
    spoken = [s for s in material.spoken if s.span.start < OPENING][:1]
    found: list[Claim] = []
    shown = headline(material)
    for sentence in (*spoken, *([shown] if shown else ())):
        repeated = any(normalised(sentence.text) in normalised(claim.text) for claim in found)
        if len(sentence.words) <= LONGEST and not repeated:
            found.append(Claim(text=sentence.text, evidence=[*sentence.ids, material.evidence.hook.id]))
    return found

"""One sentence: what sort of clip it is, what it is called, what is said or shown, how it ends."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from clipsight.analysis.local.call_to_action import call_of
from clipsight.analysis.local.hooks import headline
from clipsight.analysis.local.kind import measures
from clipsight.analysis.local.material import Material
from clipsight.analysis.local.quotes import quotable
from clipsight.analysis.local.steps import Instruction, bare
from clipsight.analysis.local.wording import an, calm, capital, counted, listed, long, shape
from clipsight.grounding.passages import Sentence
from clipsight.grounding.quotes import quoted
from clipsight.grounding.tokens import normalised
from clipsight.schema.analysis import Claim

LONGEST_TITLE = 80  # characters
LONGEST_PART = 70

_TAGS = re.compile(r"(?:^|\s)[#@]\S+")
_EDGES = " .,;:!-–—|•"
_NOUNS = {
    "recipe": "recipe",
    "tutorial": "how-to",
    "promotion": "promotional clip",
    "review": "review",
    "vlog": "vlog",
    "news": "news clip",
    "talking head": "clip of one person talking to the camera",
    "conversation": "clip of people talking on camera",
    "talking clip": "talking clip",
    "voice-over": "clip with a voice-over",
    "text slideshow": "text slideshow",
    "music clip": "music clip",
    "montage": "montage",
}


@dataclass(slots=True)
class _Draft:
    """Text and evidence of the sentence so far."""

    text: str
    ids: list[str] = field(default_factory=list[str])

    def add(self, text: str, ids: list[str]) -> None:
        self.text += text
        self.ids += ids


def title_of(material: Material) -> Sentence | None:
    """What the clip is called: by its title, else by its headline, else by the first sentence of its caption."""
    posted = [s for s in material.posted if len(_bare(s.text)) >= 3]
    by_title = next((s for s in posted if s.kind == "title"), None)
    by_caption = next((s for s in posted if s.kind == "post"), None)
    return by_title or headline(material) or by_caption


def title_text(material: Material) -> str | None:
    """What the clip is called, without hashtags, not shouted; None when it has no name."""
    title = title_of(material)
    return calm(_bare(title.text)) if title else None


def _bare(text: str) -> str:
    return _TAGS.sub("", text).strip(_EDGES)


def summary(material: Material, kind: Claim | None, steps: list[Instruction]) -> Claim:
    """The summary; it quotes the clip's own words and says nothing of its own but counts and measurements."""
    video = material.video
    noun = _NOUNS.get(kind.text, "clip") if kind else f"{shape(video.width, video.height)} clip"
    draft = _Draft(capital(an(f"{long(video.duration)} {noun}")), [*(kind.evidence[:3] if kind else ()), video.id])
    title = title_of(material)
    if title:
        shown = _bare(title.text)
        draft.add(f", {quoted(calm(shown), LONGEST_TITLE)}", list(title.ids))
    call = call_of(material)
    _add_content(draft, material, [place for place in (title, call) if place], steps)
    if call and call.source != "caption" and call.span.start > material.whole.middle:
        draft.add(f"; it closes with {quoted(call.text.strip(_EDGES), LONGEST_PART)}", list(call.ids))
    return Claim(text=_finished(draft.text), evidence=list(dict.fromkeys(draft.ids))[:10])


def _finished(text: str) -> str:
    return f"{text.rstrip('.')}."


def _add_content(draft: _Draft, material: Material, told_apart: list[Sentence], steps: list[Instruction]) -> None:
    known = {normalised(place.text) for place in told_apart}
    if len(steps) >= 2:
        first, last = (
            quoted(capital(bare(step.sentence.text).strip(_EDGES)), LONGEST_PART) for step in (steps[0], steps[-1])
        )
        draft.add(f", in {counted(len(steps), 'step')}, from {first} to {last}", [*steps[0].ids, *steps[-1].ids])
        return
    best = [item.sentence for item in quotable(material) if item.sentence.source == "speech"]
    told = next((s for s in (*best, *material.spoken) if normalised(s.text) not in known), None)
    if told:
        draft.add(f", in which the speaker says {quoted(told.text.strip(_EDGES), 110)}", list(told.ids))
        return
    rest = [s for s in material.written if normalised(s.text) not in known and s.kind == "overlay"]
    if rest:
        shown = listed([quoted(calm(s.text).strip(_EDGES), 50) for s in rest[:2]])
        draft.add(f" with the text {shown} on screen", [i for s in rest[:2] for i in s.ids])
    _add_sound(draft, material, wordless=not rest and not told_apart)


def _add_sound(draft: _Draft, material: Material, *, wordless: bool) -> None:
    shots, sound = material.evidence.shots, material.evidence.sound
    if wordless and shots:
        draft.add(f" in {counted(len(shots), 'shot')}" if len(shots) > 1 else " in a single shot", [shots[0].id])
    if not material.video.has_audio:
        draft.add(", without sound", [material.video.id])
    elif material.sung:
        draft.add(f", with the sung words {quoted(material.sung[0].text.strip(_EDGES), 60)}", list(material.sung[0].ids))
    elif sound and measures(material).music >= 0.3:
        draft.add(", set to music, without speech", [sound.id])
    elif sound and material.evidence.speech.verdict == "none":
        draft.add(", without speech", [sound.id])

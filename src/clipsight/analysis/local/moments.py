"""Key moments: where a chapter begins, with what is said or written there."""

from __future__ import annotations

from dataclasses import dataclass

from clipsight.analysis.local.call_to_action import call_of
from clipsight.analysis.local.hooks import headline
from clipsight.analysis.local.material import Material
from clipsight.analysis.local.steps import Instruction
from clipsight.analysis.local.wording import calm, capital
from clipsight.grounding.passages import Sentence
from clipsight.grounding.quotes import quoted
from clipsight.schema.analysis import KeyMoment
from clipsight.timeline import MICROSECONDS, Instant, Span, wire_seconds

MOST = 12
APART_US = 1_200_000  # moments closer together are one; the more telling one stays
AFTER_CUT_US = 1 * MICROSECONDS  # words this soon after a cut belong to it


@dataclass(frozen=True, slots=True)
class _Candidate:
    at: Instant
    weight: int
    text: str
    ids: tuple[str, ...]


def key_moments(material: Material, steps: list[Instruction]) -> list[KeyMoment]:
    """At most twelve, in order of time: steps, headline, call, texts, first words after cuts; else the shots themselves."""
    found = [*_told(material, steps), *_after_cuts(material)]
    if not found:
        found = _bare_shots(material)
    chosen: list[_Candidate] = []
    for candidate in sorted(found, key=lambda c: (-c.weight, c.at)):
        if len(chosen) < MOST and all(abs(candidate.at.us - other.at.us) >= APART_US for other in chosen):
            chosen.append(candidate)
    chosen.sort(key=lambda c: c.at)
    return [KeyMoment(text=c.text, evidence=list(c.ids), start=wire_seconds(c.at)) for c in chosen]


def _told(material: Material, steps: list[Instruction]) -> list[_Candidate]:
    found: list[_Candidate] = []
    for step in steps:
        found.append(_candidate(step.sentence, 5, "Step", tuple(step.ids)))
    if title := headline(material):
        found.append(_candidate(title, 6, "Title"))
    call = call_of(material)
    if call and call.source != "caption":
        found.append(_candidate(call, 4, "Call to action"))
    found += [_candidate(s, 3, "On screen") for s in material.written if s.kind == "overlay"]
    found += [_candidate(s, 2 if i == 0 else 1, "Says") for i, s in enumerate(material.spoken)]
    found += [_candidate(s, 2, "Sings") for s in material.sung[:1]]
    return found


def _candidate(sentence: Sentence, weight: int, label: str, ids: tuple[str, ...] | None = None) -> _Candidate:
    text = f"{label}: {quoted(capital(calm(sentence.text)), 100)}"
    return _Candidate(sentence.span.start, weight, text, ids or sentence.ids)


def _after_cuts(material: Material) -> list[_Candidate]:
    """First words after a cut; words in the middle of a shot weigh less."""
    found: list[_Candidate] = []
    for shot in material.evidence.shots[1:]:
        start = Instant.from_seconds(shot.start)
        soon = Span(start, start.shifted(AFTER_CUT_US))
        first = next((s for s in material.spoken if soon.contains(s.span.start)), None)
        if first:
            found.append(_candidate(first, 3, "Says", (*first.ids, shot.id)))
    return found


def _bare_shots(material: Material) -> list[_Candidate]:
    """A clip without a word still has shots and music to point at."""
    shots = material.evidence.shots
    found = [
        _Candidate(Instant.from_seconds(shot.start), 1, f"Shot {i} of {len(shots)} begins", (shot.id,))
        for i, shot in enumerate(shots, 1)
    ]
    regions = material.evidence.sound.regions if material.evidence.sound else []
    music = next((region for region in regions if region.kind == "music"), None)
    if music and music.start > 0:
        found.append(_Candidate(Instant.from_seconds(music.start), 2, "Music sets in", (music.id,)))
    return found if len(shots) > 1 else found[1:]

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
LIST_ENDS_US = 500_000  # the lines of a list leave the screen together, give or take two samples
LIST_NEXT_US = 4 * MICROSECONDS  # a later line is no longer part of the list
MOST_LINES = 6  # of a list that is quoted
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
    named = {i for place in (title, call) if place for i in place.ids}
    found += [_on_screen(group) for group in _parallel(material, named)]
    found += [_candidate(s, 2 if i == 0 else 1, "Says") for i, s in enumerate(material.spoken)]
    found += [_candidate(s, 2, "Sings") for s in material.sung[:1]]
    return found


def _parallel(material: Material, named: set[str]) -> list[list[Sentence]]:
    """Overlays by list: lines that come one after the other and leave together, or share most of their time."""
    groups: list[list[Sentence]] = []
    overlays = [s for s in material.written if s.kind == "overlay"]
    for line in sorted(overlays, key=lambda s: s.span):
        group = None if named & set(line.ids) else next((g for g in groups if _goes_on(g[-1], line, named)), None)
        if group is None:
            groups.append([line])
        else:
            group.append(line)
    return groups


def _goes_on(last: Sentence, line: Sentence, named: set[str]) -> bool:
    if named & set(last.ids) or line.span.start.us - last.span.start.us > LIST_NEXT_US:
        return False
    shared = last.span.shared_us(line.span)
    leave_together = shared > 0 and abs(last.span.end.us - line.span.end.us) <= LIST_ENDS_US
    return leave_together or 2 * shared >= max(last.span.us, line.span.us)


def _on_screen(group: list[Sentence]) -> _Candidate:
    """A list is one moment, where its first line comes; it tells more than the sentence that leads up to it."""
    if len(group) == 1:
        return _candidate(group[0], 3, "On screen")
    lines = [quoted(capital(calm(line.text)), 40) for line in group[:MOST_LINES]]
    ids = tuple(dict.fromkeys(i for line in group[:MOST_LINES] for i in line.ids))
    return _Candidate(group[0].span.start, 4, f"On screen: {', '.join(lines)}", ids)


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

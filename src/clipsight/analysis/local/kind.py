"""What sort of clip it is, from what is said, written, heard and seen; with the evidence that decides."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from clipsight.analysis.local.material import Material
from clipsight.analysis.local.steps import Instruction
from clipsight.analysis.local.topics import domain_evidence
from clipsight.grounding.passages import Sentence
from clipsight.schema.analysis import Claim
from clipsight.timeline import Span

MOST_CITED = 8
MUCH = 0.5  # share of the clip
SOME = 0.2
LITTLE = 0.1
STILL = 0.05  # motion below this: pictures that stand
FAST_CUT = 2.0  # seconds per shot
FEWEST_STEPS = 2
FEWEST_TEXTS = 3

_RECIPE = re.compile(r"\b(?:recipe|ingredients?)\b", re.I)
_AMOUNT = re.compile(
    r"\b(?:\d+(?:[.,/]\d+)?|½|¼|¾|an?|one|two|three|four|five|six|\w+ hundred)\s*"
    r"(?:g|grams?|kg|ml|cl|l|lit(?:er|re)s?|cups?|tbsps?|tablespoons?|tsps?|teaspoons?|oz|ounces?|lbs?|pounds?|cloves?|pinch)\b",
    re.I,
)
_HOW_TO = re.compile(r"\b(?:how to|tutorial|step[- ]by[- ]step|here['’]?s how|diy|guide|tips?|hacks?|trick)\b", re.I)
_REVIEW = re.compile(
    r"\b(?:review|unboxing|worth (?:it|the)|honest(?:ly)? (?:thoughts|opinion|review)|pros and cons|"
    r"out of (?:10|ten|5|five)|i (?:tried|tested|bought))\b",
    re.I,
)
_PROMOTION = re.compile(
    r"\b(?:\d{1,2} ?(?:%|percent) off|discount|promo code|use (?:my )?code|shop now|order now|limited (?:time|offer)|"
    r"free shipping|on sale|buy now|sponsored|paid partnership)\b|#ad\b",
    re.I,
)
_DIARY = re.compile(
    r"\b(?:vlog|day in (?:my|the) life|come with me|spend the day|my (?:morning|day|weekend|week|routine))\b", re.I
)
_NEWS = re.compile(r"\b(?:breaking(?: news)?|according to|officials|announced|reported(?:ly)?|press conference)\b", re.I)


@dataclass(frozen=True, slots=True)
class Measures:
    """Shares of the clip, 0..1, and the pace in seconds per shot."""

    speech: float
    music: float
    text: float
    face: float
    most_faces: int
    seconds_per_shot: float
    motion: float | None


def measures(material: Material) -> Measures:
    """The figures that the rules for the kind look at."""
    evidence = material.evidence
    regions = evidence.sound.regions if evidence.sound else []

    def share(items: list[tuple[float, float]]) -> float:
        return material.share([Span.from_seconds(start, end) for start, end in items])

    return Measures(
        speech=material.share([sentence.span for sentence in material.spoken]),
        music=share([(r.start, r.end) for r in regions if r.kind in ("music", "speech_over_music")]),
        text=material.share([s.span for s in material.written]),
        face=share([(face.start, face.end) for face in evidence.faces]),
        most_faces=max((face.count for face in evidence.faces), default=0),
        seconds_per_shot=material.whole.seconds / max(1, len(evidence.shots)),
        motion=evidence.picture.motion if evidence.picture else None,
    )


def _matching(material: Material, pattern: re.Pattern[str]) -> list[str]:
    places: tuple[Sentence, ...] = (*material.posted, *material.written, *material.spoken)
    return list(dict.fromkeys(i for place in places if pattern.search(place.text) for i in place.ids))


def _recipe(material: Material, steps: list[Instruction]) -> list[str]:
    food = domain_evidence(material, "cooking")
    amounts = _matching(material, _AMOUNT)
    cooking = [step for step in steps if step.cooking]
    if (
        not food
        or len(amounts) + len(cooking) + len(_matching(material, _RECIPE)) < FEWEST_STEPS
        or not (amounts or cooking)
    ):
        return []
    return [i for step in cooking for i in step.ids] + amounts


def _tutorial(material: Material, steps: list[Instruction]) -> list[str]:
    told = _matching(material, _HOW_TO)
    enough = len(steps) >= FEWEST_STEPS + 1 or (told and len(steps) >= FEWEST_STEPS)
    return [i for step in steps for i in step.ids] + told if enough else []


def kind(material: Material, steps: list[Instruction]) -> Claim | None:
    """The sort of clip as a word or two, or None when nothing speaks for any. The first rule that holds decides."""
    by_words: tuple[tuple[str, Callable[[], list[str]]], ...] = (
        ("recipe", lambda: _recipe(material, steps)),
        ("promotion", lambda: _matching(material, _PROMOTION)),
        ("review", lambda: _matching(material, _REVIEW)),
        ("tutorial", lambda: _tutorial(material, steps)),
        ("vlog", lambda: _matching(material, _DIARY)),
        ("news", lambda: _matching(material, _NEWS) if len(_matching(material, _NEWS)) >= 2 else []),
    )
    if material.english:
        for name, rule in by_words:
            if ids := list(dict.fromkeys(rule())):
                return Claim(text=name, evidence=ids[:MOST_CITED])
    return _by_measures(material)


def _by_measures(material: Material) -> Claim | None:
    seen = measures(material)
    evidence = material.evidence
    faces = [face.id for face in evidence.faces]
    speech = list(dict.fromkeys(i for s in material.spoken for i in s.ids))
    sound = [evidence.sound.id] if evidence.sound else []
    shots = [shot.id for shot in evidence.shots]
    texts = [i for s in material.written for i in s.ids]
    if seen.speech >= SOME and seen.face >= MUCH:
        name = "conversation" if seen.most_faces > 1 else "talking head"
        return _claim(name, faces[:3] + speech)
    if seen.speech >= SOME:
        return _claim("voice-over" if seen.face < LITTLE else "talking clip", speech)
    if seen.text >= MUCH and len(texts) >= FEWEST_TEXTS and seen.motion is not None and seen.motion < STILL:
        return _claim("text slideshow", [*texts, "picture"])
    if seen.music >= MUCH and (material.sung or seen.seconds_per_shot <= FAST_CUT):
        return _claim("music clip", sound + [i for s in material.sung for i in s.ids])
    if len(shots) >= FEWEST_TEXTS and not material.spoken:
        return _claim("montage", shots + sound)
    return None


def _claim(name: str, ids: list[str]) -> Claim | None:
    return Claim(text=name, evidence=list(dict.fromkeys(ids))[:MOST_CITED]) if ids else None

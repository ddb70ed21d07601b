"""``health-claims``: what the video says about health that would need a source, verbatim."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from clipsight.analysis.local.material import Material
from clipsight.analysis.local.wording import capital, counted
from clipsight.formats.blindness import LESS_SURE, NO_WORDS, gap_notes
from clipsight.formats.claims import statements
from clipsight.formats.example import Clip, Said, Shown
from clipsight.formats.format import Format
from clipsight.formats.head import EvidenceEntry, FormatModel, FormatResult, entry
from clipsight.grounding.passages import Sentence
from clipsight.grounding.quotes import quoted
from clipsight.grounding.tokens import normalised, tokens
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.model import Fraction
from clipsight.schema.video import VideoPart

Kind = Literal["treatment", "prevention", "nutrition", "device", "other"]

MOST = 12
SHORTEST = 3  # words
LEAST, MOST_WORTH = 0.4, 1.0
NOT_JUDGED = "Nothing here says whether a claim is true; it says what would need a source."

_TOPICS: tuple[tuple[str, str], ...] = (
    ("cancer", r"cancer|tumou?rs?|chemo\w*"),
    ("diabetes and blood sugar", r"diabet\w+|blood sugar|glucose|insulin\w*"),
    ("heart and blood pressure", r"heart|blood pressure|cholesterol|stroke|arter(?:y|ies)"),
    ("mental health", r"anxiety|depress\w+|adhd|autism|ptsd|panic attacks?|burnout|cortisol|stress"),
    ("weight", r"weight loss|lose weight|losing weight|belly fat|burns? fat|fat burning|metabolism|obes\w+|bloat\w*"),
    ("digestion", r"gut|digest\w*|microbiome|probiotics?|constipat\w+|ibs|detox\w*|liver|kidneys?"),
    ("infection and immunity", r"immun\w+|virus\w*|infection\w*|flu|covid|vaccin\w+|antibiotics?|inflammat\w+"),
    ("sleep", r"sleep|insomnia|melatonin"),
    ("skin and hair", r"acne|eczema|psoriasis|wrinkles?|collagen|hair (?:loss|growth)|retinol|spf|sunscreen"),
    ("pain and joints", r"pain|arthritis|migraines?|headaches?|joints?|posture"),
    ("hormones and fertility", r"hormon\w+|testosterone|estrogen|thyroid|fertil\w+|pcos|period cramps|menopause"),
    ("vitamins and supplements", r"vitamins?|supplements?|magnesium|zinc|omega[ -]?3|creatine|iron deficiency|ashwagandha"),
    ("nutrition", r"protein|fib(?:er|re)|calories|antioxidants?|superfoods?|seed oils?|sugar|carbs?|keto|fasting"),
)
_TOPIC = [(name, re.compile(rf"\b(?:{pattern})\b", re.I)) for name, pattern in _TOPICS]
_EFFECT = re.compile(
    r"\b(?:cures?|cured|heals?|healed|treats?|reverses?|reversed|relieves?|fix(?:es)?|gets? rid of|eliminates?|kills?|"
    r"prevents?|protects?|boosts?|lowers?|reduces?|increases?|improves?|balances?|detox\w*|flush(?:es)?|burns?|melts?|causes?|"
    r"triggers?|damages?|destroys?|speeds? up|slows? down|strengthens?|supports?|cleans(?:es)?|helps? (?:with|your|you|to)|"
    r"good for|bad for|leads? to|linked to|proven|clinically|risk of|makes? you (?:sick|lose|sleep|age))\b",
    re.I,
)
_PREVENTION = re.compile(
    r"\b(?:prevents?|protects?|lowers? (?:the |your )?risk|reduces? (?:the |your )?risk|immunity|avoid)\b", re.I
)
_TREATMENT = re.compile(
    r"\b(?:cure[sd]?|heal(?:s|ed)?|treat(?:s|ed)?|reverse[sd]?|relieves?|gets? rid of|eliminates?|fix(?:es)?)\b", re.I
)
_DEVICE = re.compile(
    r"\b(?:device|red light|massager|patch(?:es)?|wearable|ring|monitor|tens unit|mouth tape|lamp|gun)\b", re.I
)
_NUTRITION = re.compile(
    r"\b(?:eat|eating|drink|drinking|food|foods|diet|vitamins?|supplements?|protein|fib(?:er|re)|sugar|juice|tea|water|"
    r"vinegar|oil|fasting|keto|carbs?|magnesium|zinc|creatine|collagen)\b",
    re.I,
)
_STRONG = re.compile(
    r"\b(?:cures?|100 ?%|guaranteed|miracle|doctors (?:hate|won['’]t)|instantly|overnight|never|always|proven)\b", re.I
)
_DISCLAIMER = re.compile(
    r"\bnot (?:medical|health) advice\b|\b(?:talk|speak) to (?:your|a) (?:doctor|physician|gp|dietitian)\b"
    r"|\b(?:consult|ask|check with|see) (?:your|a) (?:doctor|physician|gp|healthcare)\b|\bi['’]?m not a doctor\b"
    r"|\bfor (?:educational|informational|entertainment) purposes\b|\bthese statements have not been evaluated\b",
    re.I,
)


class HealthClaim(FormatModel):
    text: str = Field(min_length=1, description="Verbatim")
    topic: str
    type: Kind
    checkworthiness: Fraction = Field(description="How much the claim asks for a source, not how likely it is wrong")
    needs_source: bool = Field(description="Whether the video gives no source for it")
    evidence: list[EvidenceEntry] = Field(min_length=1)


class HealthClaims(FormatResult):
    claims: list[HealthClaim]
    disclaimer_present: bool = Field(description="Whether the video sends viewers to a doctor or says it is no advice")


_SOURCE = re.compile(
    r"\b(?:according to|study|studies|published|journal|research(?:ers)?|trial|meta-?analysis|fda|who|nhs)\b", re.I
)


def extract(video: VideoPart, evidence: Evidence, analysis: Analysis, blind: frozenset[str]) -> HealthClaims:
    """Sentences that tie something to an effect on health, in order of time."""
    material, missed = Material.of(video, evidence), gap_notes(evidence, blind)
    sure = LESS_SURE if missed else 1.0
    disclaimed = any(_DISCLAIMER.search(passage.text) for passage in material.passages)
    found = _claims(material) if material.english else []
    if not found:
        return HealthClaims(
            applicable=False,
            summary="No claim about health was found in this video.",
            confidence=0.6 * sure,
            notes=[*missed, *_why_none(material)],
            claims=[],
            disclaimer_present=disclaimed,
        )
    top = max(found, key=lambda claim: claim.checkworthiness)
    notes = [*missed, NOT_JUDGED, *([] if disclaimed else ["The video does not send viewers to a doctor."])]
    return HealthClaims(
        applicable=True,
        summary=f"{capital(counted(len(found), 'claim'))} about health; first of all {quoted(top.text)}.",
        confidence=min(0.8, 0.5 + 0.3 * top.checkworthiness) * sure,
        notes=notes,
        claims=found,
        disclaimer_present=disclaimed,
    )


def _why_none(material: Material) -> list[str]:
    if not material.passages:
        return [NO_WORDS]
    if not material.english:
        return ["Without a model, claims are read from videos in English."]
    return ["Nothing that is said or written ties something to an effect on health."]


def _claims(material: Material) -> list[HealthClaim]:
    worth = {normalised(item.sentence.text): item.worth for item in statements(material)}
    claims: list[HealthClaim] = []
    seen: set[str] = set()
    places = sorted((*material.spoken, *material.written, *material.posted), key=lambda place: (place.span, place.text))
    for place in places:
        plain = normalised(place.text)
        topic = next((name for name, pattern in _TOPIC if pattern.search(place.text)), None)
        if topic is None or plain in seen or not _is_claim(place):
            continue
        seen.add(plain)
        claims.append(_claim(place, topic, worth.get(plain, LEAST)))
    return claims[:MOST]


def _is_claim(place: Sentence) -> bool:
    long_enough = len(tokens(place.text)) >= SHORTEST
    return (
        long_enough
        and bool(_EFFECT.search(place.text))
        and not (place.text.rstrip().endswith("?") or _DISCLAIMER.search(place.text))
    )


def _claim(place: Sentence, topic: str, worth: float) -> HealthClaim:
    text = place.text
    kind: Kind = "other"
    if _DEVICE.search(text):
        kind = "device"
    elif _PREVENTION.search(text):
        kind = "prevention"
    elif _TREATMENT.search(text):
        kind = "treatment"
    elif _NUTRITION.search(text):
        kind = "nutrition"
    strong = 0.3 * bool(_STRONG.search(text)) + 0.2 * (kind == "treatment")
    return HealthClaim(
        text=text,
        topic=topic,
        type=kind,
        checkworthiness=min(MOST_WORTH, max(LEAST, worth) + strong),
        needs_source=_SOURCE.search(text) is None,
        evidence=[entry(place)],
    )


FORMAT = Format(
    slug="health-claims",
    category="health",
    title="Health claims",
    description="What is claimed about health, verbatim, by topic and kind, and whether a source is given",
    model=HealthClaims,
    extract=extract,
    prompt=(
        "List every statement that ties something (a food, a product, a habit, a device) to an effect on health. "
        "Verbatim. type is what kind of effect is claimed. needsSource is false only when the video itself names a "
        "study or an authority for it. Do not judge whether a claim is true. disclaimerPresent only when the video "
        "says that it is no medical advice or sends viewers to a doctor."
    ),
    example=Clip(
        duration=16.0,
        said=(
            Said(0.4, 4.5, "Apple cider vinegar cures acid reflux and flushes your liver overnight."),
            Said(5.0, 9.0, "Studies show that magnesium improves sleep."),
            Said(9.5, 13.0, "Talk to your doctor before you try it."),
        ),
        shown=(Shown(0.0, 4.0, "3 gut health secrets"),),
    ),
)

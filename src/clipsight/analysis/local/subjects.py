"""Who and what the clip is about, as far as it can be pointed at: faces, accounts and brands, names, foods."""

from __future__ import annotations

import re

from clipsight.analysis.local.domains import FOODS
from clipsight.analysis.local.foods import Food, foods, same_food
from clipsight.analysis.local.material import Material
from clipsight.analysis.local.stopwords import STOPWORDS
from clipsight.analysis.local.wording import number
from clipsight.analysis.local.wordlist import words
from clipsight.grounding.passages import Sentence
from clipsight.schema.analysis import Claim

MOST = 12
MOST_FOODS = 8
MOST_CITED = 5

_HANDLE = re.compile(r"(?<![\w.])@([A-Za-z0-9_][A-Za-z0-9_.]{1,29})(?<!\.)")
_MARKED = re.compile(r"\b([A-Z][\w&'-]+(?: [A-Z][\w&'-]+){0,2})\s?[®™]")
_SPONSOR = re.compile(
    r"\b(?:sponsored by|partner(?:ship|ed|ing)? with|thanks to|gifted by|courtesy of) (@?[A-Z][\w&'.-]*(?: [A-Z][\w&'-]+)?)"
)
_NAME = re.compile(r"(?<=[a-z,] )([A-Z][a-z][\w'-]*(?: [A-Z][a-z][\w'-]*){0,2})")
_NOT_NAMES = words(
    """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december god lord mr mrs ms dr
"""
)


def subjects(material: Material) -> list[Claim]:
    """At most twelve: people seen, then accounts, brands and names, then foods that are said or written."""
    found: dict[str, Claim] = {}
    for claim in (*_people(material), *_named(material), *_foods(material)):
        found.setdefault(claim.text.casefold(), claim)
    claims = list(found.values())
    return [claim for claim in claims if not any(_part_of(claim, other) for other in claims)][:MOST]


def _part_of(claim: Claim, other: Claim) -> bool:
    """Whether a name stands inside a longer one that rests on the same evidence: "Maria" in "Maria Silva"."""
    return _inside(claim.text, other.text) and set(claim.evidence) <= set(other.evidence)


def _inside(name: str, longer: str) -> bool:
    short, whole = name.casefold().split(), longer.casefold().split()
    return len(short) < len(whole) and any(whole[i : i + len(short)] == short for i in range(len(whole)))


def _people(material: Material) -> list[Claim]:
    faces = material.evidence.faces
    if not faces:
        return []
    most = max(face.count for face in faces)
    text = "one person" if most == 1 else f"{number(most)} people"
    cited = [face.id for face in faces if face.count == most]
    return [Claim(text=text, evidence=cited[:MOST_CITED])]


def _named(material: Material) -> list[Claim]:
    found: dict[str, list[str]] = {}
    for passage in material.passages:
        for handle in _HANDLE.findall(passage.text):
            found.setdefault(f"@{handle}", []).append(passage.id)
        for pattern in (_MARKED, _SPONSOR):
            for name in pattern.findall(passage.text):
                found.setdefault(name, []).append(passage.id)
    for sentence in material.spoken:
        for name in _names(sentence):
            found.setdefault(name, []).extend(sentence.ids)
    return [Claim(text=name, evidence=list(dict.fromkeys(ids))[:MOST_CITED]) for name, ids in found.items()]


def _names(sentence: Sentence) -> list[str]:
    """Capitals in the middle of a spoken English sentence; written text is too often in capitals throughout."""
    return [
        name
        for name in _NAME.findall(sentence.text)
        if name.casefold() not in _NOT_NAMES and name.casefold() not in STOPWORDS["en"] and name.casefold() not in FOODS
    ]


def _foods(material: Material) -> list[Claim]:
    if not material.english:
        return []
    found: dict[str, list[str]] = {}
    alone: set[str] = set()
    for sentence in (*material.spoken, *material.written):
        named = foods(sentence.text)
        for food in named:
            known = next((name for name in found if same_food(name, food.name)), food.name)
            found.setdefault(known, []).extend(sentence.ids)
            if not any(_describes(food, other, sentence.text) for other in named):
                alone.add(known)
    for name in [
        name for name in found if name not in alone
    ]:  # the sesame of "sesame noodles" is the sesame oil that is named elsewhere
        if longer := next((other for other in found if _inside(name, other)), None):
            found[longer] += found.pop(name)
    ranked = sorted(found.items(), key=lambda pair: -len(pair[1]))
    if len(ranked) < 2:  # one food word alone is as likely a figure of speech
        return []
    return [Claim(text=name, evidence=list(dict.fromkeys(ids))[:MOST_CITED]) for name, ids in ranked[:MOST_FOODS]]


def _describes(food: Food, other: Food, text: str) -> bool:
    """Whether a food only says more about the one that follows at once."""
    return food.last < other.first and not text[food.last : other.first].strip()

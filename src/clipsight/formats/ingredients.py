"""Ingredients in written lists and spoken sentences.

Rules of our own: an amount, a unit and what follows; an amount and a food; or, in an instruction, a food alone. The grammar
of amounts stands in :mod:`clipsight.formats.quantities`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clipsight.analysis.local.domains import FOODS
from clipsight.analysis.local.foods import foods
from clipsight.analysis.local.stopwords import STOPWORDS
from clipsight.formats.quantities import AMOUNT, UNIT, UNITS, amount_text
from clipsight.grounding.tokens import tokens

LONGEST_NAME = 4  # words

_PREPARED = (
    r"(?:(?:finely|roughly|thinly|freshly|lightly|coarsely|very)\s+)*(?:chopped|minced|diced|sliced|grated|melted|softened|"
    r"crushed|peeled|shredded|toasted|beaten|cubed|halved|quartered|drained|rinsed|cooked|sifted|mashed|julienned|crumbled|"
    r"whisked|pitted|deseeded|smashed)(?:\s+and\s+\w+ed)?|at room temp(?:erature)?"
)
_ITEM = re.compile(
    rf"(?<![\w$€£/.,])(?P<amount>{AMOUNT})\s*-?(?:(?P<unit>{UNIT})\b\.?\s*)?(?:of\s+)?"
    r"(?P<rest>[^\W\d][^\n;:!?.•|+]{0,80})?",  # bounded: a name that long is none, and the search stays linear
    re.I,
)
_BOUNDARY = re.compile(
    r"\s*(?:[,(]|&|\band\b|\bto\b|\bin\b|\binto\b|\bwith\b|\bfor\b|\bthen\b|\buntil\b|\bon\b|\bat\b|\bover\b|\bor\b|\bis\b|\bare\b|"
    r"\bper\b|\bevery\b|\d|[½¼¾⅓⅔]).*$",
    re.I | re.S,
)
_PREPARATION_FIRST = re.compile(rf"^({_PREPARED})\s+", re.I)
_PREPARATION_AFTER = re.compile(rf"^[^,(]*[,(]\s*({_PREPARED})\b", re.I)
_FRONT = re.compile(r"^(?:the|some|your|fresh|good|large|small|big|medium|whole|heaped|level|extra|more|of)\s+", re.I)


@dataclass(frozen=True, slots=True)
class Found:
    """An ingredient at the characters ``[first, last)`` of a text."""

    name: str
    quantity: str | None
    unit: str | None
    preparation: str | None
    first: int
    last: int


def measured(text: str) -> list[Found]:
    """Ingredients with an amount. Without a unit what follows must be a food: "2 eggs", but not "2 friends"."""
    found: list[Found] = []
    at = 0
    while match := _ITEM.search(text, at):
        at = max(match.end("unit") if match.group("unit") else match.end("amount"), match.start() + 1)
        item = _item(match)
        if item:
            found.append(item)
            at = max(at, item.last)
    return found


def _item(match: re.Match[str]) -> Found | None:
    rest = match.group("rest")
    if not rest:
        return None
    raw = _BOUNDARY.sub("", rest)
    name, preparation = _name(raw)
    after = _PREPARATION_AFTER.match(rest)
    preparation = preparation or (after.group(1).casefold() if after else None)
    unit = UNITS[match.group("unit").casefold()] if match.group("unit") else None
    spoken = [token.text for token in tokens(name)]
    is_food = any(word in FOODS for word in spoken)
    one = match.group("amount").casefold() in ("a", "an")
    if one and not unit and not any(word in FOODS for word in spoken[:2]):  # "an onion", but not "a box of chocolate"
        return None
    if not spoken or (not unit and not is_food) or (unit and not is_food and not _plausible(spoken)):
        return None
    last = match.start("rest") + (after.end(1) if after else len(raw))
    return Found(name, amount_text(match.group("amount")), unit, preparation, match.start(), last)


def _plausible(spoken: list[str]) -> bool:
    """After a unit almost anything may be an ingredient, but not the small words of a sentence that goes on."""
    return len(spoken) <= LONGEST_NAME and not any(word in STOPWORDS["en"] for word in spoken)


def _name(raw: str) -> tuple[str, str | None]:
    text = raw.strip(" -–—,'\"“”")
    first = _PREPARATION_FIRST.match(text)
    if first:
        text = text[first.end() :]
    for _ in range(3):
        text = _FRONT.sub("", text)
    kept = text.split()[:LONGEST_NAME]
    foods = [i for i, word in enumerate(kept) if word.casefold().strip("'’s,.") in FOODS or word.casefold() in FOODS]
    if foods and len(kept) == LONGEST_NAME:  # cut where the food's name ends rather than in the middle of a sentence
        kept = kept[: foods[-1] + 1]
    return " ".join(kept).casefold(), first.group(1).casefold() if first else None


def named(text: str) -> list[Found]:
    """Foods that are named without an amount, compounds such as "olive oil" as one."""
    return [Found(food.name, None, None, None, food.first, food.last) for food in foods(text)]

"""Foods that a text names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clipsight.analysis.local.domains import FOODS

_COMPOUNDS = re.compile(
    r"\b(?:olive|soy|fish|oyster|hot|tomato|vegetable|sesame|coconut|peanut|almond|cream|baking|brown|icing|powdered|black|white|"
    r"red|green|spring|sour|heavy|double|whipping|maple|lemon|lime|orange|bell|sweet|ground|chicken|beef|chilli|chili|"
    r"cherry|rice|corn|self-raising|all-purpose|plain|smoked|greek|sun-dried|parmesan)\s+(?:oil|sauce|cheese|powder|soda|sugar|"
    r"pepper|peppers|flour|onion|onions|cream|syrup|juice|zest|milk|butter|vinegar|wine|stock|broth|beef|potato|potatoes|paste|"
    r"flakes|tomatoes|yoghurt|yogurt|paprika|seeds|beans)\b",
    re.I,
)
_WORD = re.compile(r"(?<![@#\w])[^\W\d_]+(?:[-'’][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Food:
    """``name`` in small letters, at the characters ``[first, last)``."""

    name: str
    first: int
    last: int


def foods(text: str) -> list[Food]:
    """Foods in the order in which they come, compounds such as "olive oil" as one; not those in handles and hashtags."""
    found = [Food(match.group(0).casefold(), match.start(), match.end()) for match in _COMPOUNDS.finditer(text)]
    for match in _WORD.finditer(text):
        inside = any(food.first <= match.start() < food.last for food in found)
        if not inside and match.group(0).casefold() in FOODS:
            found.append(Food(match.group(0).casefold(), match.start(), match.end()))
    return sorted(found, key=lambda food: food.first)


def same_food(one: str, other: str) -> bool:
    """Whether two names mean the same ingredient: equal but for the plural, or one is the other's last word."""
    left, right = (_singular(name.split()) for name in (one, other))
    shorter, longer = sorted((left, right), key=len)
    return bool(shorter) and longer[-len(shorter) :] == shorter


def _singular(words: list[str]) -> list[str]:
    return [word.removesuffix("es") if word.endswith("oes") else word.removesuffix("s") for word in words]

"""Amounts, units, durations and temperatures in English cooking text, written in digits or spelt out by a recogniser.

Grammar (``|`` or, ``[]`` optional)::

    amount    = number [("-" | "to" | "or") number] | ("a" | "an" | "half a" | "a couple of" | "a few" | "a dozen")
    number    = digits ["." digits] [fraction] | fraction | words ["and a" ("half" | "quarter" | "third")]
    fraction  = digits "/" digits | "½" | "¼" | …
    words     = "one" … "ninety nine" | [unit word] "hundred" [["and"] words]
    duration  = amount ("seconds" | "minutes" | "hours") | "half an hour" | "an hour and a half" | "overnight"
    heat      = digits ("°" | "degrees") ["C" | "F"] | ("low" | "medium" | "high" | …) "heat"
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from clipsight.grounding.numbers import ONES, SIGNS, TENS

_PARTS = {"half": "1/2", "quarter": "1/4", "third": "1/3"}
_VAGUE = {"a couple of": "2", "couple of": "2", "a dozen": "12", "half a dozen": "6", "a": "1", "an": "1"}

_ONE = "|".join(sorted(ONES, key=len, reverse=True))
_TEN = "|".join(TENS)
_SIGN = "".join(SIGNS)
_BELOW_100 = rf"(?:(?:{_TEN})(?:[ -](?:{_ONE}))?|(?:{_ONE}))"
_WORDS = rf"(?:(?:{_BELOW_100}|an?) hundred(?: (?:and )?{_BELOW_100})?|{_BELOW_100})(?: and an? (?:half|quarter|third))?"
_DIGITS = rf"(?:\d+\s+\d+/\d+|\d+/\d+|\d+(?:[.,]\d+)?(?:\s?[{_SIGN}])?|[{_SIGN}])"
_NUMBER = rf"(?:{_DIGITS}|\b{_WORDS}\b)"
_VAGUELY = (
    r"\b(?:half a dozen|half an?|an? (?:half|quarter|third)|(?:a )?couple of|a few|a little|a bit of|a lot of|a dozen|"
    r"an?)\b"
)
AMOUNT = rf"(?:{_NUMBER}(?:\s*(?:-|–|\bto\b|\bor\b)\s*{_NUMBER})?|{_VAGUELY})"
"""Pattern of an amount, without groups; case does not matter."""

_RANGE = re.compile(rf"^({_NUMBER})\s*(?:-|–|to|or)\s*({_NUMBER})$", re.I)
_AND_PART = re.compile(r" and an? (half|quarter|third)$", re.I)

UNITS: dict[str, str] = {
    spelling: short
    for short, spellings in {
        "g": "g gr gram grams",
        "kg": "kg kilo kilos kilogram kilograms",
        "ml": "ml millilitre millilitres milliliter milliliters",
        "l": "l litre litres liter liters",
        "cup": "cup cups",
        "tbsp": "tbsp tbsps tbs tablespoon tablespoons",
        "tsp": "tsp tsps teaspoon teaspoons",
        "oz": "oz ounce ounces",
        "lb": "lb lbs pound pounds",
        "pinch": "pinch pinches",
        "dash": "dash dashes",
        "splash": "splash splashes",
        "drizzle": "drizzle",
        "knob": "knob",
        "handful": "handful handfuls",
        "clove": "clove cloves",
        "slice": "slice slices",
        "can": "can cans tin tins",
        "jar": "jar jars",
        "packet": "packet packets pack packs",
        "bunch": "bunch bunches",
        "sprig": "sprig sprigs",
        "stick": "stick sticks",
        "stalk": "stalk stalks",
        "head": "head heads",
        "piece": "piece pieces",
        "scoop": "scoop scoops",
        "sheet": "sheet sheets",
    }.items()
    for spelling in spellings.split()
}
"""Every spelling of a unit with its short form."""

UNIT = "|".join(sorted(UNITS, key=len, reverse=True))

_SECONDS = {"s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(rf"({AMOUNT})[\s-]*(seconds?|secs?|minutes?|mins?|hours?|hrs?)\b(\s+and a half)?", re.I)
_OVERNIGHT = re.compile(r"\bovernight\b", re.I)
OVERNIGHT_SECONDS = 8 * 3600
_DEGREES = re.compile(r"(\d{2,3})\s*(?:°|º|degrees?\b)\s*(c(?:elsius)?\b|f(?:ahrenheit)?\b)?|\b(\d{3})\s*([CF])\b", re.I)
_HEAT = re.compile(r"\b(?:(?:very )?(?:low|gentle|medium|high)(?:[- ](?:low|high))?) (?:heat|flame)\b", re.I)


@dataclass(frozen=True, slots=True)
class Duration:
    """``seconds``: of a range the longer."""

    seconds: int
    first: int
    last: int


def amount_text(raw: str) -> str | None:
    """An amount in digits (``200``, ``1/2``, ``2 1/2``, ``2-3``), or None for "a few" and the like."""
    plain = " ".join(raw.casefold().replace("–", "-").split())
    if plain in _VAGUE:
        return _VAGUE[plain]
    if plain in ("half a", "half an", "a half"):
        return "1/2"
    if plain in ("a quarter", "a third"):
        return _PARTS[plain.split()[1]]
    pair = _RANGE.match(plain)
    if pair and not re.fullmatch(_NUMBER, plain, re.I):
        left, right = _number_text(pair.group(1)), _number_text(pair.group(2))
        return f"{left}-{right}" if left and right else None
    return _number_text(plain)


def _number_text(plain: str) -> str | None:
    for sign, part in SIGNS.items():
        if sign in plain:
            return plain.replace(sign, f" {part}").strip().replace("  ", " ")
    if plain[:1].isdigit():
        return plain.replace(",", ".")
    ending = _AND_PART.search(plain)
    value = _spelt(_AND_PART.sub("", plain))
    if value is None:
        return None
    return f"{value} {_PARTS[ending.group(1)]}" if ending else str(value)


def _spelt(plain: str) -> int | None:
    total = 0
    for word in plain.replace("-", " ").split():
        if word == "hundred":
            total = max(total, 1) * 100
        elif word in ONES or word in TENS:
            total += ONES.get(word, 0) + TENS.get(word, 0)
        elif word in ("a", "an"):
            total += 1
        elif word != "and":
            return None
    return total


def amount_value(text: str) -> float:
    """The value of an amount in digits; of a range the larger."""
    return max(sum(_fraction(part) for part in side.split()) for side in text.split("-"))


def _fraction(text: str) -> float:
    above, slash, below = text.partition("/")
    return float(above) / float(below) if slash and float(below) else float(above)


def durations(text: str) -> list[Duration]:
    """All durations of a text in order, with their places."""
    found: list[Duration] = []
    for match in _DURATION.finditer(text):
        amount = amount_text(match.group(1))
        if amount is None:
            continue
        value = amount_value(amount) + (0.5 if match.group(3) else 0)
        seconds = round(value * _SECONDS[match.group(2)[0].casefold()])
        if seconds > 0:
            found.append(Duration(seconds, match.start(), match.end()))
    found += [Duration(OVERNIGHT_SECONDS, m.start(), m.end()) for m in _OVERNIGHT.finditer(text)]
    return sorted(found, key=lambda duration: duration.first)


def temperature(text: str) -> str | None:
    """``180 °C``, ``350 °F``, ``200 degrees`` when no scale is named, ``medium heat``; None without any."""
    match = _DEGREES.search(text)
    if match:
        degrees, scale = (match.group(1), match.group(2)) if match.group(1) else (match.group(3), match.group(4))
        return f"{degrees} °{scale[0].upper()}" if scale else f"{degrees} degrees"
    heat = _HEAT.search(text)
    return heat.group(0).casefold() if heat else None


def iso_duration(seconds: int) -> str:
    """ISO 8601: ``PT25M``, ``PT1H30M``, ``PT45S``."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{value}{name}" for value, name in ((hours, "H"), (minutes, "M"), (left, "S")) if value]
    return f"PT{''.join(parts) or '0S'}"

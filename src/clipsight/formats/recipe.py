"""``recipe``: what goes in, what is done with it, for how long and how hot."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pydantic import Field

from clipsight.analysis.local.foods import same_food
from clipsight.analysis.local.material import Material
from clipsight.analysis.local.steps import Instruction, bare, instructions
from clipsight.analysis.local.summary import title_text
from clipsight.analysis.local.wording import capital, counted
from clipsight.analysis.local.wordlist import words
from clipsight.formats.blindness import LESS_SURE, NO_WORDS, gap_notes
from clipsight.formats.example import Clip, Said, Shown
from clipsight.formats.format import Format
from clipsight.formats.head import EvidenceEntry, FormatModel, FormatResult, entry
from clipsight.formats.ingredients import Found, measured, named
from clipsight.formats.quantities import AMOUNT, amount_text, durations, iso_duration, temperature
from clipsight.grounding.passages import Passage, Sentence
from clipsight.grounding.quotes import quoted
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart

MOST_ENTRIES = 4  # per ingredient; a word that is said again and again needs no more

EQUIPMENT = words(
    """
airfryer blender board bowl casserole colander grater griddle grill jug knife ladle mixer mortar oven pan peeler pot
processor rack saucepan sieve skillet spatula spoon steamer thermometer tray whisk wok parchment tin microwave
"""
)
_TOOL = re.compile(
    r"\b(?:(?:air fryer|food processor|rolling pin|baking (?:sheet|tray|paper|dish)|(?:cutting|chopping) board|"
    r"frying pan|muffin tin|loaf tin|stand mixer|hand mixer|slow cooker|pressure cooker|"
    r"instant pot|rice cooker|piping bag)|[a-z]+)\b",
    re.I,
)
_AS_VERB = words("grill whisk spoon microwave tin board")  # tools whose names are verbs too: only after a small word
_ARTICLE = re.compile(r"(?:\b(?:a|an|the|your|my|this|in|with|large|small|hot|big|non-stick)\s+)$", re.I)
_TIP = re.compile(
    r"^\W*(?:(?:pro |top |my |quick )?tip\b|make sure|don['’]?t (?:forget|over|skip|worry)|be careful|remember to|never|"
    r"the (?:secret|trick|key)|you can (?:also|use|swap|add)|if you (?:don['’]t|do not|like|want|prefer)|"
    r"for (?:best results|extra))",
    re.I,
)
_TOTAL = re.compile(
    r"\b(?:ready|done|made|cooked|table|dinner|lunch|breakfast|takes?|total(?: time)?|prep time|all)\b", re.I
)
_DISH = re.compile(
    r"^[\s-]*(?:recipe|meal|dinner|lunch|breakfast|pasta|noodles?|soup|salad|dessert|cake|bread|curry|snack)", re.I
)
_SERVINGS = re.compile(
    rf"\b(?:serves|feeds|makes|servings?|yields?)\b\s*:?\s*(?:about\s+)?(?P<a>{AMOUNT})(?P<what>\s+[a-z]+)?"
    rf"|(?P<b>{AMOUNT})\s+(?:servings?|portions?)\b|\bfor\s+(?P<c>{AMOUNT})\s+people\b",
    re.I,
)
_NEED = re.compile(r"\b(?:you(?:['’]ll)? need|ingredients?|i use|we use|made (?:with|from))\b", re.I)


class Ingredient(FormatModel):
    name: str = Field(min_length=1)
    quantity: str | None = Field(description="In digits: 2, 1/2, 2-3")
    unit: str | None = Field(description="Short form: g, ml, cup, tbsp, tsp, clove, …")
    preparation: str | None = Field(description="How it is prepared before it goes in, e.g. finely chopped")
    evidence: list[EvidenceEntry] = Field(min_length=1)


class Step(FormatModel):
    order: int = Field(gt=0)
    text: str = Field(min_length=1, description="In the words of the video, without numbering")
    duration_seconds: int | None = Field(gt=0, description="How long the step takes; of a range the longer")
    temperature: str | None = Field(description="Degrees, or a heat such as medium heat")
    evidence: list[EvidenceEntry] = Field(min_length=1)


class Tip(FormatModel):
    text: str = Field(min_length=1, description="Verbatim")
    evidence: list[EvidenceEntry] = Field(min_length=1)


class Equipment(FormatModel):
    name: str = Field(min_length=1)
    evidence: list[EvidenceEntry] = Field(min_length=1)


class Recipe(FormatResult):
    title: str | None
    servings: str | None
    total_time: str | None = Field(description="ISO 8601 duration, e.g. PT25M")
    ingredients: list[Ingredient]
    steps: list[Step]
    equipment: list[Equipment]
    tips: list[Tip]


@dataclass(slots=True)
class _Item:
    """An ingredient while its mentions are gathered."""

    name: str
    quantity: str | None
    unit: str | None
    preparation: str | None
    entries: list[EvidenceEntry] = field(default_factory=list[EvidenceEntry])


def extract(video: VideoPart, evidence: Evidence, analysis: Analysis, blind: frozenset[str]) -> Recipe:
    """The recipe as far as it is said or written; not applicable when the clip does not cook."""
    material, missed = Material.of(video, evidence), gap_notes(evidence, blind)
    if not material.english:
        return _none(_unreadable(material), missed)
    steps = [step for step in instructions(material) if step.cooking]
    items, notes = _ingredients(material, steps)
    amounts = sum(item.quantity is not None for item in items)
    listed = sum(item.quantity is not None and item.entries[0].source != "speech" for item in items)
    if not ((steps and amounts >= 2) or (len(steps) >= 2 and len(items) >= 2) or listed >= 2):
        return _none("Too few ingredients and cooking steps are said or written for a recipe.", missed)
    title, total, servings = title_text(material), _total_time(material), _servings(material)
    missing = [name for name, value in (("servings", servings), ("a total time", total), ("steps", steps)) if not value]
    unknown = "What was read and heard" if missed else "The video"
    notes += [*missed, *(f"{unknown} does not give {name}." for name in missing)]
    if len(items) > amounts:
        notes.append("Ingredients without a quantity are mentioned without one.")
    found = f"{counted(len(items), 'ingredient')} and {counted(len(steps), 'step')}"
    return Recipe(
        applicable=True,
        summary=f"{quoted(title)}: {found}." if title else f"A recipe with {found}.",
        confidence=_confidence(amounts, len(steps), agreed=sum(len(item.entries) > 1 for item in items))
        * (LESS_SURE if missed else 1.0),
        notes=notes,
        title=title,
        servings=servings,
        total_time=total,
        ingredients=[
            Ingredient(
                name=item.name,
                quantity=item.quantity,
                unit=item.unit,
                preparation=item.preparation,
                evidence=item.entries[:MOST_ENTRIES],
            )
            for item in items
        ],
        steps=[_step(order, step) for order, step in enumerate(steps, 1)],
        equipment=_equipment(steps),
        tips=_tips(material),
    )


def _unreadable(material: Material) -> str | None:
    """Why no rule applies; None when there are no words to say anything about."""
    if not material.passages:
        return None
    known = f"; this one is in {material.language}" if material.language else ", and the language of this one is unknown"
    return f"Without a model, recipes are read from videos in English{known}."


def _none(why: str | None, missed: list[str]) -> Recipe:
    return Recipe(
        applicable=False,
        summary="No recipe was found in this video.",
        confidence=0.7 * (LESS_SURE if missed else 1.0),
        notes=[*missed, *([why] if why else [])] or [NO_WORDS],
        title=None,
        servings=None,
        total_time=None,
        ingredients=[],
        steps=[],
        equipment=[],
        tips=[],
    )


def _confidence(amounts: int, steps: int, agreed: int) -> float:
    """Rises with what was found and with what speech and screen agree on; never certain, since rules read only words."""
    return min(
        0.9, 0.4 + 0.1 * (amounts >= 2) + 0.1 * (amounts >= 4) + 0.1 * (steps >= 2) + 0.1 * (steps >= 4) + 0.05 * agreed
    )


def _ingredients(material: Material, steps: list[Instruction]) -> tuple[list[_Item], list[str]]:
    """Ingredients in the order in which they first come, and notes on amounts that disagree."""
    items: list[_Item] = []
    notes: list[str] = []
    for passage in _readable(material):
        for found in measured(passage.text):
            _add(items, notes, found, passage)
    needed = [s for s in (*material.written, *material.spoken) if _NEED.search(s.text)]
    for place in (*needed, *(place for step in steps for place in (step.sentence, *step.also))):
        for found in named(place.text):
            _add(items, notes, found, place)
    items.sort(key=lambda item: min(e.start for e in item.entries))
    return items, notes


def _readable(material: Material) -> list[Passage]:
    """What is put on the screen comes first: it is spelt as its maker wants it, and a recogniser may mishear."""
    told = [passage for passage in material.passages if passage.kind not in ("interface", "lyrics")]
    return sorted(told, key=lambda passage: ("screen", "speech", "caption").index(passage.source))


def _add(items: list[_Item], notes: list[str], found: Found, source: Passage | Sentence) -> None:
    span = source.span_of(found.first, found.last) if isinstance(source, Passage) else source.span
    place = entry(source, span, source.text[found.first : found.last].strip(" ,"))
    known = next((item for item in items if same_food(item.name, found.name)), None)
    if known is None:
        items.append(_Item(found.name, found.quantity, found.unit, found.preparation, [place]))
        return
    if all(e.id != place.id for e in known.entries):
        known.entries.append(place)
    if found.quantity and known.quantity and (found.quantity, found.unit) != (known.quantity, known.unit):
        notes.append(f"More than one amount is given for {quoted(known.name)}; the first found is kept.")
    if known.quantity is None:
        known.quantity, known.unit = found.quantity, found.unit
    known.preparation = known.preparation or found.preparation


def _step(order: int, step: Instruction) -> Step:
    places: tuple[Sentence, ...] = (step.sentence, *step.also)
    seconds = next((d.seconds for place in places for d in durations(place.text)), None)
    heat = next((t for place in places if (t := temperature(place.text))), None)
    return Step(
        order=order,
        text=capital(bare(step.sentence.text)).rstrip(" ,;."),
        duration_seconds=seconds,
        temperature=heat,
        evidence=[entry(place) for place in places],
    )


def _total_time(material: Material) -> str | None:
    """ "Ready in ten minutes", "takes half an hour", "a 15-minute dinner"."""
    for sentence in (*material.written, *material.spoken, *material.posted):
        for duration in durations(sentence.text):
            before, after = sentence.text[max(0, duration.first - 30) : duration.first], sentence.text[duration.last :]
            if _TOTAL.search(before) or _DISH.match(after):
                return iso_duration(duration.seconds)
    return None


def _servings(material: Material) -> str | None:
    for sentence in (*material.written, *material.spoken, *material.posted):
        match = _SERVINGS.search(sentence.text)
        amount = amount_text(next(g for g in match.group("a", "b", "c") if g)) if match else None
        if match and amount:
            return f"{amount}{(match.group('what') or '').casefold()}".strip()
    return None


def _equipment(steps: list[Instruction]) -> list[Equipment]:
    """Tools that a step names; a bowl elsewhere may be a serving."""
    found: dict[str, list[EvidenceEntry]] = {}
    for sentence in (place for step in steps for place in (step.sentence, *step.also)):
        for match in _TOOL.finditer(sentence.text):
            name = match.group(0).casefold()
            if " " not in name and name.removesuffix("s") not in EQUIPMENT:
                continue
            if name in _AS_VERB and not _ARTICLE.search(sentence.text[: match.start()]):
                continue
            found.setdefault(name, []).append(entry(sentence))
    return [Equipment(name=name, evidence=entries[:MOST_ENTRIES]) for name, entries in found.items()]


def _tips(material: Material) -> list[Tip]:
    places = (*material.spoken, *material.written)
    return [Tip(text=place.text, evidence=[entry(place)]) for place in places if _TIP.match(place.text)]


FORMAT = Format(
    slug="recipe",
    category="food",
    title="Recipe",
    description="Ingredients with quantities, steps with times and temperatures, equipment and tips",
    model=Recipe,
    extract=extract,
    prompt=(
        "Write down the recipe as the video gives it. Each ingredient once, with quantity and unit only where they "
        "are said or written, quantities in digits. Steps in the order in which they are done, in the words of the "
        "video. totalTime is an ISO 8601 duration and only what the video states, never a sum."
    ),
    example=Clip(
        duration=24.0,
        said=(
            Said(0.5, 4.0, "Today we make garlic butter noodles in ten minutes."),
            Said(4.5, 9.5, "Boil two hundred grams of noodles for six minutes."),
            Said(10.0, 15.0, "Melt three tablespoons of butter and fry four cloves of garlic."),
            Said(15.5, 19.5, "Toss the noodles in the pan and serve hot."),
        ),
        shown=(
            Shown(0.0, 4.0, "Garlic butter noodles"),
            Shown(4.5, 9.5, "200 g noodles"),
            Shown(10.0, 15.0, "3 tbsp butter"),
        ),
        caption="Ready in 10 minutes, serves 2",
    ),
)

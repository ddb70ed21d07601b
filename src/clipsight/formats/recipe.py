"""``recipe``: what goes in, what is done with it, for how long and how hot."""

from __future__ import annotations

from pydantic import Field

from clipsight.formats.head import EvidenceEntry, FormatModel, FormatResult
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart


class Ingredient(FormatModel):
    name: str = Field(min_length=1)
    quantity: str | None = Field(description="A number, fraction or range as text: 2, 1/2, 2-3")
    unit: str | None = Field(description="Short form: g, ml, cup, tbsp, tsp, clove, …")
    preparation: str | None = Field(description="How it is prepared before it goes in, e.g. finely chopped")
    evidence: list[EvidenceEntry] = Field(min_length=1)


class Step(FormatModel):
    order: int = Field(gt=0)
    text: str = Field(min_length=1, description="Verbatim")
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


def extract(video: VideoPart, evidence: Evidence, analysis: Analysis) -> Recipe:
    return Recipe(
        applicable=False,
        summary="This is not a recipe.",
        confidence=0.9,
        notes=[],
        title=None,
        servings=None,
        total_time=None,
        ingredients=[],
        steps=[],
        equipment=[],
        tips=[],
    )

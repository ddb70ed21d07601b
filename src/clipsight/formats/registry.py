"""All formats, by slug. A format is one file with its model and its extraction; it is listed here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel

from clipsight.errors import UnknownFormat
from clipsight.formats import content_screening, quote_highlights, recipe
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart

Category = Literal["brand", "food", "content", "e-commerce", "health", "education", "news", "music", "sports", "travel"]
Extract = Callable[[VideoPart, Evidence, Analysis, frozenset[str]], BaseModel]
"""The last argument, ``blind``, names the stages that failed: what they would have found is unknown, not absent."""


@dataclass(frozen=True, slots=True)
class Format:
    """One typed result. ``extract`` needs no model and no network and never fails: what does not suit is not applicable."""

    slug: str
    category: Category
    title: str
    description: str
    model: type[BaseModel]
    extract: Extract


_FORMATS = (
    Format(
        "content-screening",
        "brand",
        "Content screening",
        "Brand safety: what was said or written that an advertiser would mind, how grave it is, and what to do",
        content_screening.ContentScreening,
        content_screening.extract,
    ),
    Format(
        "quote-highlights",
        "content",
        "Quote highlights",
        "The sentences worth sharing, verbatim, with times, and the best stretch to cut out as a clip",
        quote_highlights.QuoteHighlights,
        quote_highlights.extract,
    ),
    Format(
        "recipe",
        "food",
        "Recipe",
        "Ingredients with quantities, steps with times and temperatures, equipment and tips",
        recipe.Recipe,
        recipe.extract,
    ),
)


def all_formats() -> tuple[Format, ...]:
    """Every format, sorted by slug."""
    return _FORMATS


def get_format(slug: str) -> Format:
    """The format with this slug.

    Raises:
        UnknownFormat: there is none.
    """
    for known in _FORMATS:
        if known.slug == slug:
            return known
    raise UnknownFormat


@cache
def _schema(slug: str) -> dict[str, Any]:
    return get_format(slug).model.model_json_schema(by_alias=True, mode="serialization")


def json_schema(slug: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a format's result, keys as on the wire.

    Raises:
        UnknownFormat: there is no such format.
    """
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_schema(slug)}

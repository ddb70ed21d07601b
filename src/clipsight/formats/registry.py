"""All formats, by slug. A format is one file that ends with its ``FORMAT``; it is listed here and nowhere else."""

from __future__ import annotations

from functools import cache
from typing import Any

from clipsight.errors import UnknownFormat
from clipsight.formats import (
    content_screening,
    fact_check,
    health_claims,
    music_breakdown,
    quote_highlights,
    recipe,
)
from clipsight.formats.format import Format

_FORMATS = tuple(
    sorted(
        (
            content_screening.FORMAT,
            fact_check.FORMAT,
            health_claims.FORMAT,
            music_breakdown.FORMAT,
            quote_highlights.FORMAT,
            recipe.FORMAT,
        ),
        key=lambda known: known.slug,
    )
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

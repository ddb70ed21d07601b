"""What every part of the document shares: strict models, wire seconds, fractions, boxes."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _milliseconds(value: float) -> float:
    return round(value, 3)


def _four_decimals(value: float) -> float:
    return round(value, 4)


Seconds = Annotated[float, Field(ge=0), AfterValidator(_milliseconds)]
"""Seconds after the start of the video, at most three decimals."""

Fraction = Annotated[float, Field(ge=0, le=1), AfterValidator(_four_decimals)]
"""0..1, at most four decimals: confidences, shares, positions in the picture."""

Box = tuple[Fraction, Fraction, Fraction, Fraction]
"""``[x, y, width, height]`` as fractions of the picture, origin top left, rotation already applied."""


class WireModel(BaseModel):
    """A part of the document: every key is always present, unknown is ``null``, nothing else is let in."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

"""What a format is: a typed result, how it is extracted, what a model is asked for, and an example."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from clipsight.analysis.local import LocalAnalyst
from clipsight.formats.example import Clip, evidence_of, video_of
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart

Category = Literal["brand", "food", "content", "e-commerce", "health", "education", "news", "music", "sports", "travel"]
Extract = Callable[[VideoPart, Evidence, Analysis, frozenset[str]], BaseModel]
"""The last argument, ``blind``, names the stages that failed: what they would have found is unknown, not absent."""


@dataclass(frozen=True, slots=True)
class Format:
    """One typed result. ``extract`` needs no model and no network and never fails: what does not suit is not applicable.

    ``prompt`` tells a model in a few sentences what belongs into the fields; the rules that hold for all formats (only from
    the evidence, ids for everything, nothing invented) are added where models are asked. ``example`` suits the format.
    """

    slug: str
    category: Category
    title: str
    description: str
    model: type[BaseModel]
    extract: Extract
    prompt: str
    example: Clip

    def example_result(self) -> dict[str, Any]:
        """What the rules make of the example: computed, so that no document can tell anything else."""
        video, evidence = video_of(self.example), evidence_of(self.example)
        result = self.extract(video, evidence, LocalAnalyst().analyse(video, evidence), frozenset())
        return result.model_dump(mode="json", by_alias=True)

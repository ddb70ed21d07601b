"""The document that ``clipsight analyze --output json`` prints and the evidence endpoint serves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence, Timeful
from clipsight.schema.model import Seconds, WireModel
from clipsight.schema.video import VideoPart

SCHEMA = "clipsight/1"
HALF_MILLISECOND = 0.0005

StageName = Literal[
    "fetch", "decode", "shots", "screen_text", "sound", "speech", "faces", "keyframes", "picture", "analysis", "format"
]
StageStatus = Literal["ok", "skipped", "failed"]


class Stage(WireModel):
    """How one stage ended. ``reason`` says why it was skipped or what failed, ``code`` is stable."""

    name: StageName
    status: StageStatus
    reason: str | None
    code: str | None
    seconds: Seconds = Field(
        description="Busy time of the stage; stages overlap, so these may add up to more than the whole"
    )
    backend: str | None = Field(description="What ran, with the version of the model or library")


class ModelUsage(WireModel):
    input_tokens: int = Field(ge=0)
    output_tokens: int = Field(ge=0)
    cost_usd: float | None = Field(ge=0, description="In US dollars; null where the price of the model is unknown")
    repaired: int = Field(
        ge=0, description="Parts of answers that evidence did not bear and that were mended when asked again"
    )
    dropped: int = Field(ge=0, description="Parts that evidence did not bear and that were left out")


class Usage(WireModel):
    seconds: dict[StageName, Seconds]
    total_seconds: Seconds = Field(description="From start to end as the clock on the wall has it")
    model: ModelUsage | None


class Document(WireModel):
    """Everything clipsight knows about one video."""

    model_config = ConfigDict(title="clipsight document")

    schema_: Literal["clipsight/1"] = Field(alias="schema")
    video: VideoPart
    stages: list[Stage]
    evidence: Evidence
    analysis: Analysis
    format: str | None = Field(description="Slug of the format that was asked for")
    result: dict[str, Any] | None = Field(description="The format's own object")
    usage: Usage

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = list(evidence_ids(self.video, self.evidence))
        known = set(ids)
        if len(known) != len(ids):
            raise ValueError("an evidence id stands twice")
        missing = sorted({ref for ref in _claimed(self.analysis) if ref not in known})
        if missing:
            raise ValueError(f"claims point at evidence that does not exist: {', '.join(missing[:5])}")
        for shot in self.evidence.shots:
            if shot.keyframe is not None and shot.keyframe not in known:
                raise ValueError(f"shot {shot.id} names a keyframe that does not exist")
        _check_times(self.video.duration, self.evidence)
        return self

    def to_json(self) -> str:
        return self.model_dump_json(by_alias=True, indent=2)


def _check_times(duration: float, evidence: Evidence) -> None:
    """Items are sorted by start and end with the video; half a millisecond is left to rounding."""
    sound = evidence.sound.regions if evidence.sound is not None else []
    lists: tuple[Sequence[Timeful], ...] = (
        evidence.shots,
        evidence.screen_text,
        evidence.speech.segments,
        sound,
        evidence.faces,
        *(segment.words for segment in evidence.speech.segments),
    )
    for items in lists:
        if any(item.end > duration + HALF_MILLISECOND for item in items):
            raise ValueError("something ends after the video")
        if any(later.start < earlier.start for earlier, later in pairwise(items)):
            raise ValueError("items are not sorted by start")
    if any(keyframe.time > duration for keyframe in evidence.keyframes):
        raise ValueError("a keyframe lies after the video")


def evidence_ids(video: VideoPart, evidence: Evidence) -> Iterator[str]:
    """Every id of a document that a claim may point at, in document order."""
    yield video.id
    for shot in evidence.shots:
        yield shot.id
    for text in evidence.screen_text:
        yield text.id
    for segment in evidence.speech.segments:
        yield segment.id
    if evidence.sound is not None:
        yield evidence.sound.id
        for region in evidence.sound.regions:
            yield region.id
    for face in evidence.faces:
        yield face.id
    for keyframe in evidence.keyframes:
        yield keyframe.id
    if evidence.picture is not None:
        yield evidence.picture.id
    yield evidence.hook.id


def _claimed(analysis: Analysis) -> Iterator[str]:
    single = (
        analysis.summary,
        analysis.description,
        analysis.setting,
        analysis.call_to_action,
        analysis.format,
        analysis.sentiment,
        analysis.target_audience,
    )
    for claim in (*single, *analysis.subjects, *analysis.topics, *analysis.hooks, *analysis.key_moments, *analysis.quotes):
        if claim is not None:
            yield from claim.evidence


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of the document, which is the authority on its shape."""
    schema = Document.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}

"""What all formats share: camelCase on the wire, a common head, and entries that lead back to the evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from clipsight.grounding.passages import Passage, Sentence
from clipsight.schema.model import Fraction, Seconds
from clipsight.timeline import Instant, Span, wire_span

Source = Literal["speech", "screen", "caption", "visual"]


class FormatModel(BaseModel):
    """A part of a format's result: every key is always present, unknown is ``null``."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, alias_generator=to_camel, populate_by_name=True
    )


class EvidenceEntry(FormatModel):
    """Where in the video something comes from."""

    id: str = Field(description="Id of the evidence in the document")
    start: Seconds
    end: Seconds
    source: Source
    quote: str | None = Field(description="The words it rests on, verbatim")


class FormatResult(FormatModel):
    """The head of every result."""

    applicable: bool = Field(description="False when the video does not suit the format; all lists are empty then")
    summary: str = Field(description="One sentence")
    confidence: Fraction
    notes: list[str] = Field(description="What could not be determined, and why")


def entry(place: Passage | Sentence, span: Span | None = None, quote: str | None = None) -> EvidenceEntry:
    """An entry for a passage or sentence; ``span`` and ``quote`` narrow it to a part."""
    start, end = wire_span(span or place.span)
    ref = place.ids[0] if isinstance(place, Sentence) else place.id
    return EvidenceEntry(id=ref, start=start, end=end, source=place.source, quote=" ".join((quote or place.text).split()))


def span_of(entries: Iterable[EvidenceEntry]) -> Span:
    """The smallest span around some entries, of which there must be at least one."""
    listed = list(entries)
    first, last = min(e.start for e in listed), max(e.end for e in listed)
    return Span(Instant.from_seconds(first), Instant.from_seconds(last))

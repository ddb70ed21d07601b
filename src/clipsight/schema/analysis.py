"""Analysis: what the evidence means. Every claim points at the evidence it rests on."""

from __future__ import annotations

from pydantic import Field

from clipsight.schema.model import Seconds, WireModel


class Claim(WireModel):
    text: str = Field(min_length=1)
    evidence: list[str] = Field(min_length=1, description="Ids of evidence in the same document")


class KeyMoment(Claim):
    start: Seconds


class Quote(Claim):
    """Words that were really said or shown, letter by letter as in the evidence."""

    start: Seconds
    end: Seconds


class Analysis(WireModel):
    analyst: str = Field(description="local, or provider:model")
    summary: Claim | None
    description: Claim | None
    setting: Claim | None
    subjects: list[Claim]
    topics: list[Claim]
    hooks: list[Claim]
    call_to_action: Claim | None
    key_moments: list[KeyMoment]
    quotes: list[Quote]
    format: Claim | None
    sentiment: Claim | None
    target_audience: Claim | None
    language: str | None = Field(description="ISO 639-1 of the video as a whole, only when known")

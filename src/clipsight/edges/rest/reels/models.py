"""The bodies of the reels dialect, for the OpenAPI document and for the tests that hold the answers against it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Exact(BaseModel):
    """Nothing else is in it."""

    model_config = ConfigDict(extra="forbid")


class AnalyzeRequest(BaseModel):
    url: str = Field(
        description="A link to an Instagram reel or post", examples=["https://www.instagram.com/reel/DYa0IXPgnP5/"]
    )
    webhook_url: str | None = Field(
        default=None,
        alias="webhookUrl",
        description="Told when the job has ended; see /v1/webhooks for the secret that signs",
        examples=["https://example.com/hooks/clipsight"],
    )


class AnalyzeAccepted(Exact):
    id: int
    status: Literal["pending"]


class Visual(Exact):
    description: str
    setting: str
    subjects: list[str]
    text_on_screen: list[str]


class Audio(Exact):
    transcript: str
    language: str
    has_music: bool
    music_description: str | None


class KeyMoment(Exact):
    timestamp: str
    description: str


class Content(Exact):
    topics: list[str]
    hooks: list[str]
    call_to_action: str | None
    key_moments: list[KeyMoment]


class Metadata(Exact):
    format: str
    sentiment: str
    target_audience: str


class ReelResult(Exact):
    summary: str
    visual: Visual
    audio: Audio
    content: Content
    metadata: Metadata
    platform_meta: dict[str, Any] | None


class Progress(Exact):
    stage: str
    fraction: float = Field(ge=0, le=1)


class Reel(Exact):
    id: int
    url: str
    status: Literal["pending", "processing", "done", "error"]
    error: str | None
    result: ReelResult | None
    created_at: str
    progress: Progress | None = Field(default=None, description="Only while the job is under way")
    error_code: str | None = Field(default=None, description="Only with an error")


class ListedReel(Exact):
    id: int
    url: str
    status: Literal["pending", "processing", "done", "error"]
    error: str | None
    created_at: str
    progress: Progress | None = Field(default=None, description="Only while the job is under way")
    error_code: str | None = Field(default=None, description="Only with an error")


class ReelList(Exact):
    reels: list[ListedReel]
    next_cursor: str | None = Field(description="For the parameter `cursor`; null on the last page")


class Message(Exact):
    message: str
    status: Literal["error"]
    code: str | None = Field(default=None, description="Stable; absent with 404")


class Unknown(Exact):
    error: str


class Refused(Exact):
    error: str
    code: str

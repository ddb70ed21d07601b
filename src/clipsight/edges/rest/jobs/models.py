"""The bodies of the jobs dialect, for the OpenAPI document and for the tests that hold the answers against it."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Exact(BaseModel):
    """Nothing else is in it; names are in camel case on the wire."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class JobRequest(BaseModel):
    url: str = Field(
        description="A link to a TikTok, an Instagram reel or a YouTube short",
        examples=["https://www.tiktok.com/@scout2015/video/7301234567890123456"],
    )
    format: str | None = Field(default=None, description="Slug of a workflow format", examples=["recipe"])
    webhook_url: str | None = Field(
        default=None,
        alias="webhookUrl",
        description="Told when the job has ended; see /v1/webhooks for the secret that signs",
        examples=["https://example.com/hooks/clipsight"],
    )
    refresh: bool | None = Field(default=False, description="Look anew, although the answer may be known")


class JobAccepted(Exact):
    job_id: str
    video_id: str
    status: Literal["pending"]
    poll_url: str
    format: str | None = None


class Scene(Exact):
    timestamp: str | None = None
    description: str


class VideoAnalysis(Exact):
    platform: Literal["tiktok", "instagram", "youtube", "file"]
    url: str
    title: str | None = None
    author: str | None = None
    author_handle: str | None = None
    transcription: str
    language: str | None = None
    on_screen_text: str | None = None
    visual_description: str
    scenes: list[Scene] | None = None
    processed_at: str


class Progress(Exact):
    stage: str
    fraction: float = Field(ge=0, le=1)


class Job(Exact):
    job_id: str
    video_id: str
    status: Literal["pending", "processing", "success", "failed"]
    format: str | None = None
    progress: Progress | None = Field(default=None, description="Only while the job is under way")
    error: str | None = None
    error_code: str | None = Field(default=None, alias="error_code")
    result: VideoAnalysis | dict[str, Any] | None = Field(
        default=None, description="A VideoAnalysis, or the object of the format that was asked for"
    )


class JobUnderWay(Exact):
    """The data of a `progress` event; that of the last event, `done`, is a `Job`."""

    job_id: str
    video_id: str
    status: Literal["pending", "processing"]
    format: str | None = None
    progress: Progress


class ListedJob(Exact):
    job_id: str
    video_id: str
    status: Literal["pending", "processing", "success", "failed"]
    format: str | None = None
    progress: Progress | None = Field(default=None, description="Only while the job is under way")
    error: str | None = None
    error_code: str | None = Field(default=None, alias="error_code")
    url: str = Field(description="As it was submitted")
    platform: Literal["tiktok", "instagram", "youtube", "file"]
    created_at: str
    poll_url: str


class JobList(Exact):
    jobs: list[ListedJob]
    next_cursor: str | None = Field(description="For the parameter `cursor`; null on the last page")


class Unpaid(BaseModel):
    """What x402 calls PaymentRequired; the header PAYMENT-REQUIRED has it in the spelling of version 2."""

    x402Version: Literal[1]  # noqa: N815 - the name on the wire
    accepts: list[dict[str, Any]]
    error: str | None = Field(default=None, description="Why a payment that came with the request was not taken")


class Gone(Exact):
    error: str


class Refused(Exact):
    error: str
    code: str

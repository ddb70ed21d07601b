"""The identity of a video, the file on disk, and what the platform says about it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from clipsight.schema.model import Seconds, WireModel

Platform = Literal["tiktok", "instagram", "youtube", "file"]


@dataclass(frozen=True, slots=True)
class VideoRef:
    """The identity of a video: the same video has the same reference, whatever link led to it.

    For an uploaded file ``platform`` is ``file``, ``video_id`` is ``sha256:<hex>`` and ``url`` is ``upload:<name>``.
    """

    platform: Platform
    video_id: str
    url: str

    @property
    def key(self) -> str:
        """``platform:video_id``, the name under which evidence is kept."""
        return f"{self.platform}:{self.video_id}"


@dataclass(frozen=True, slots=True)
class Counts:
    likes: int | None = None
    views: int | None = None
    comments: int | None = None
    shares: int | None = None
    saves: int | None = None


@dataclass(frozen=True, slots=True)
class PlatformFacts:
    """What the platform says. Remote text: capped, control characters removed, never guessed; None when absent."""

    title: str | None = None
    author: str | None = None
    author_handle: str | None = None
    caption: str | None = None
    published_at: datetime | None = None
    duration_seconds: float | None = None
    music_title: str | None = None
    counts: Counts = field(default_factory=Counts)


@dataclass(frozen=True, slots=True)
class Video:
    """A video at hand: who it is, where its file lies, what the platform says."""

    ref: VideoRef
    path: Path
    facts: PlatformFacts


class CountsPart(WireModel):
    likes: int | None = Field(ge=0)
    views: int | None = Field(ge=0)
    comments: int | None = Field(ge=0)
    shares: int | None = Field(ge=0)
    saves: int | None = Field(ge=0)


class VideoPart(WireModel):
    """The ``video`` key of the document."""

    id: Literal["video"] = Field(description="So that a claim can point at what the platform says")
    platform: Platform
    video_id: str
    url: str
    title: str | None
    author: str | None
    author_handle: str | None
    caption: str | None
    published_at: str | None = Field(description="RFC 3339, UTC")
    music_title: str | None
    duration: Seconds = Field(description="Seconds of picture that were decoded")
    width: int = Field(gt=0, description="Pixels, rotation applied")
    height: int = Field(gt=0, description="Pixels, rotation applied")
    fps: float | None = Field(gt=0, description="Mean pictures per second; null for a single picture")
    has_audio: bool
    counts: CountsPart

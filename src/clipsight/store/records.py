"""What the queries return: plain rows with types."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clipsight.schema.video import Platform

JobState = Literal["queued", "running", "succeeded", "failed", "cancelled"]
VideoState = Literal["queued", "running", "ready", "failed", "cancelled"]
Dialect = Literal["reels", "jobs"]

OWNER_MARK = "@"  # in the key of a video, before its owner; no id of a platform has it


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something failed, in words that may be shown."""

    code: str
    message: str
    retryable: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a job ended, and when."""

    state: JobState
    at: int
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one video: the video's key, and the how-manieth look it is."""

    key: str
    generation: int

    @property
    def owned(self) -> bool:
        """It is kept for one owner alone, so it may show what only the operator's account may see."""
        return OWNER_MARK in self.key


def owned_key(key: str, owner: str) -> str:
    """The key of a video that is kept for one owner alone."""
    return f"{key}{OWNER_MARK}{owner}"


@dataclass(frozen=True, slots=True)
class JobRecord:
    """One submission with the video it is about. Times are milliseconds since 1970 UTC.

    ``format`` is empty when none was asked for. ``from_private``: a private account gave out the link. ``stage`` and
    ``fraction`` (0..1) tell how far its video is.
    """

    number: int
    id: str
    owner: str
    dialect: Dialect
    submitted_url: str
    video_key: str
    generation: int
    format: str
    max_seconds: int
    from_private: bool
    state: JobState
    attempts: int
    error: Failure | None
    created_at: int
    finished_at: int | None
    expires_at: int
    platform: Platform
    video_id: str
    url: str
    stage: str | None
    fraction: float
    webhook_url: str | None = None
    batch_id: str | None = None

    @property
    def look(self) -> Look:
        return Look(self.video_key, self.generation)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a job is. ``mark`` changes with everything else, and says after a restart of the server what was told."""

    id: str
    state: JobState
    stage: str | None
    fraction: float
    mark: str


@dataclass(frozen=True, slots=True)
class JobFilter:
    """Which jobs of an owner are listed, newest first; what is None does not choose.

    Attributes:
        states: any of these.
        since: submitted at this moment or later (milliseconds since 1970).
        until: submitted before this moment.
        below: only numbers below this one, which is how a list goes on.
        limit: at most so many.
        answering: only jobs whose time has not run out.
    """

    owner: str
    dialect: Dialect
    states: frozenset[JobState] | None = None
    platform: Platform | None = None
    format: str | None = None
    since: int | None = None
    until: int | None = None
    below: int | None = None
    limit: int = 20
    answering: bool = False


@dataclass(frozen=True, slots=True)
class NewJob:
    """What is known of a job when it is submitted."""

    id: str
    owner: str
    dialect: Dialect
    submitted_url: str
    video_key: str
    generation: int
    format: str
    max_seconds: int
    state: JobState
    created_at: int
    expires_at: int
    from_private: bool = False
    webhook_url: str | None = None
    batch_id: str | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """Something small that a worker does for an owner beside the jobs. The same one with the same turn is done once."""

    name: str
    key: str
    turn: int
    owner: str


@dataclass(frozen=True, slots=True)
class VideoRecord:
    """One video and how its current look went. ``fetching`` names the settings with which it is fetched."""

    key: str
    generation: int
    platform: Platform
    video_id: str
    url: str
    pipeline: str
    fetching: str
    state: VideoState
    error: Failure | None
    finished_at: int | None

    @property
    def look(self) -> Look:
        return Look(self.key, self.generation)


@dataclass(frozen=True, slots=True)
class MediaRecord:
    """The file behind a look. ``facts`` is what the platform says, as JSON; ``fetch_seconds`` is None for an upload."""

    blob: str
    size_bytes: int
    facts: str
    fetch_seconds: float | None


@dataclass(frozen=True, slots=True)
class WorkerRecord:
    id: str
    host: str
    pid: int
    seen_at: int

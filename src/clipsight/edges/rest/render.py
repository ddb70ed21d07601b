"""Small pieces that both dialects render alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from clipsight.schema.evidence import Evidence
from clipsight.store.records import JobRecord, Standing


def moment(milliseconds: int) -> str:
    """RFC 3339 in UTC, whole seconds, with ``Z``."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def minutes(seconds: float) -> str:
    """``m:ss`` as both dialects show times, rounded down: the moment has come when the clock shows it."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def progress(job: JobRecord | Standing) -> Mapping[str, Any]:
    """How far an unfinished job is."""
    return {"stage": job.stage or "queued", "fraction": job.fraction}


def spoken(evidence: Evidence) -> str:
    """What is said, as one text. Lyrics are not speech."""
    return " ".join(segment.text for segment in evidence.speech.segments if segment.kind == "speech")


def written(evidence: Evidence) -> list[str]:
    """All text on screen in the order of its coming, each text once."""
    return list(dict.fromkeys(text.text for text in evidence.screen_text))

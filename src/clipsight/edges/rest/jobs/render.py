"""The jobs dialect's view of a job and its document."""

from __future__ import annotations

from typing import Any

from clipsight.edges.rest.render import minutes, moment, progress, spoken, written
from clipsight.errors import SourceTimeout
from clipsight.schema.evidence import Evidence, Shot
from clipsight.schema.result import Document
from clipsight.store.records import JobRecord, JobState, Standing
from clipsight.usecases.status import Account

STATUS: dict[JobState, str] = {
    "queued": "pending",
    "running": "processing",
    "succeeded": "success",
    "failed": "failed",
    "cancelled": "failed",
}
TEXTS = {SourceTimeout.code: "video download timed out"}  # failures for which the dialect has words of its own
TEXT_JOINT = " · "  # between texts on screen, as the dialect has one string for all of them
MOMENT_JOINT = "; "  # between the key moments of a scene, which need not end with a full stop


def job(account: Account) -> dict[str, Any]:
    """The answer to a poll, and to a submit whose answer was known."""
    record = account.job
    body: dict[str, Any] = {
        "jobId": record.id,
        "videoId": record.video_id,
        "status": STATUS[record.state],
        **_format(record),
    }
    if record.state in {"queued", "running"}:
        body["progress"] = progress(record)
    if record.error is not None:
        text = TEXTS.get(record.error.code, record.error.message)
        body |= {"error": text, "error_code": record.error.code}
    if account.document is not None:
        body["result"] = result(account.document, account.made_at or record.created_at)
    return body


def under_way(record: JobRecord, standing: Standing) -> dict[str, Any]:
    """What a poll would answer if the job stood so; without a look at the database."""
    return {
        "jobId": record.id,
        "videoId": record.video_id,
        "status": STATUS[standing.state],
        **_format(record),
        "progress": progress(standing),
    }


def listed(record: JobRecord) -> dict[str, Any]:
    """A job of a list: what a poll answers, but for the result."""
    return {
        **job(Account(record)),
        "url": record.submitted_url,
        "platform": record.platform,
        "createdAt": moment(record.created_at),
        "pollUrl": poll_url(record),
    }


def accepted(record: JobRecord) -> dict[str, Any]:
    return {
        "jobId": record.id,
        "videoId": record.video_id,
        "status": "pending",
        "pollUrl": poll_url(record),
        **_format(record),
    }


def poll_url(record: JobRecord) -> str:
    return f"/v1/jobs/{record.id}"


def result(document: Document, made_at: int) -> dict[str, Any]:
    """The format's own object, or a ``VideoAnalysis`` when no format was asked for; unknown members are left out."""
    if document.format is not None:
        return document.result or {}
    video, evidence, analysis = document.video, document.evidence, document.analysis
    handle = video.author_handle
    found = {
        "platform": video.platform,
        "url": video.url,
        "title": video.title,
        "author": video.author,
        "authorHandle": f"@{handle.removeprefix('@')}" if handle else None,
        "transcription": spoken(evidence),
        "language": evidence.speech.language,
        "onScreenText": TEXT_JOINT.join(text.replace("\n", " ") for text in written(evidence)) or None,
        "visualDescription": analysis.description.text if analysis.description is not None else "",
        "scenes": [{"timestamp": minutes(shot.start), "description": _scene(shot, document)} for shot in evidence.shots]
        or None,
        "processedAt": moment(made_at),
    }
    return {key: value for key, value in found.items() if value is not None}


def _format(record: JobRecord) -> dict[str, str]:
    return {"format": record.format} if record.format else {}


def _scene(shot: Shot, document: Document) -> str:
    """What happens in a shot: the key moments in it, else what is written and said, else how long it lasts."""
    moments = [event.text for event in document.analysis.key_moments if shot.start <= event.start < shot.end]
    if moments:
        return MOMENT_JOINT.join(moments)
    texts, words = _within(shot, document.evidence)
    told = [f"On screen: {TEXT_JOINT.join(texts)}"] if texts else []
    if words:
        told.append(f"Said: {' '.join(words)}")
    return ". ".join(told) or f"A shot of {shot.end - shot.start:.1f} seconds without text or speech"


def _within(shot: Shot, evidence: Evidence) -> tuple[list[str], list[str]]:
    texts = [text.text.replace("\n", " ") for text in evidence.screen_text if shot.start <= text.start < shot.end]
    words = [
        word.text
        for segment in evidence.speech.segments
        if segment.kind == "speech"
        for word in segment.words
        if shot.start <= word.start < shot.end
    ]
    return list(dict.fromkeys(texts)), words

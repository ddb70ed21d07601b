"""The reels dialect's view of a job and its document."""

from __future__ import annotations

from typing import Any

from clipsight.edges.rest.reels.errors import GONE, GONE_TEXT
from clipsight.edges.rest.render import minutes, moment, progress, spoken, written
from clipsight.schema.analysis import Claim
from clipsight.schema.evidence import Evidence
from clipsight.schema.result import Document
from clipsight.schema.video import VideoPart
from clipsight.store.records import Failure, JobRecord, JobState
from clipsight.usecases.status import Account

STATUS: dict[JobState, str] = {
    "queued": "pending",
    "running": "processing",
    "succeeded": "done",
    "failed": "error",
    "cancelled": "error",
}


def accepted(job: JobRecord) -> dict[str, Any]:
    return {"id": job.number, "status": "pending"}


def reel(account: Account) -> dict[str, Any]:
    job = account.job
    body: dict[str, Any] = {
        "id": job.number,
        "url": job.submitted_url,
        "status": STATUS[job.state],
        "error": _text(job.error) if job.error is not None else None,
        "result": result(account.document) if account.document is not None else None,
        "created_at": moment(job.created_at),
    }
    if job.state in {"queued", "running"}:
        body["progress"] = progress(job)
    if job.error is not None:
        body["error_code"] = job.error.code
    return body


def listed(job: JobRecord) -> dict[str, Any]:
    """A job of a list: what a poll answers, but for the result."""
    body = reel(Account(job))
    del body["result"]
    return body


def result(document: Document) -> dict[str, Any]:
    """What the contract calls ``result``. Texts that are not known are empty, as their type is string."""
    evidence, analysis = document.evidence, document.analysis
    return {
        "summary": _of(analysis.summary),
        "visual": {
            "description": _of(analysis.description),
            "setting": _of(analysis.setting),
            "subjects": [claim.text for claim in analysis.subjects],
            "text_on_screen": written(evidence),
        },
        "audio": {
            "transcript": spoken(evidence),
            "language": evidence.speech.language or "",
            "has_music": evidence.sound is not None and evidence.sound.has_music,
            "music_description": _music(evidence, document.video),
        },
        "content": {
            "topics": [claim.text for claim in analysis.topics],
            "hooks": [claim.text for claim in analysis.hooks],
            "call_to_action": analysis.call_to_action.text if analysis.call_to_action is not None else None,
            "key_moments": [
                {"timestamp": minutes(event.start), "description": event.text} for event in analysis.key_moments
            ],
        },
        "metadata": {
            "format": _of(analysis.format),
            "sentiment": _of(analysis.sentiment),
            "target_audience": _of(analysis.target_audience),
        },
        "platform_meta": _platform_meta(document.video),
    }


def _text(failure: Failure) -> str:
    return GONE_TEXT if failure.code in GONE else failure.message


def _of(claim: Claim | None) -> str:
    return claim.text if claim is not None else ""


def _music(evidence: Evidence, video: VideoPart) -> str | None:
    """What is known of the music: its title where the platform names it, its tempo where it has one."""
    sound = evidence.sound
    if sound is None or not sound.has_music:
        return None
    known = [video.music_title] if video.music_title else []
    if sound.tempo_bpm is not None:
        known.append(f"about {round(sound.tempo_bpm)} beats per minute")
    return ", ".join(known) or None


def _platform_meta(video: VideoPart) -> dict[str, Any] | None:
    if video.platform == "file":
        return None
    counts = video.counts
    return {
        "like_count": counts.likes,
        "view_count": counts.views,
        "comment_count": counts.comments,
        "share_count": counts.shares,
        "save_count": counts.saves,
        "author": video.author,
        "author_handle": video.author_handle,
        "title": video.title,
        "caption": video.caption,
        "music_title": video.music_title,
        "duration": video.duration,
        "published_at": video.published_at,
    }

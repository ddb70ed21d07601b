"""Puts messages about jobs on their way, in the transaction that ends the job: both are kept, or neither."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from clipsight.store.database import clock
from clipsight.store.records import Errand, JobRecord
from clipsight.store.webhooks import DeliveryRecord, endpoints_of, insert_delivery
from clipsight.webhooks.rules import WebhookRules

ERRAND = "webhook"

TYPES = {"succeeded": "job.succeeded", "failed": "job.failed"}
"""What is told. A cancellation is not: who cancels knows."""

_STATUS = {"succeeded": "success", "failed": "failed"}


class Later(Protocol):
    """What the job engine offers for this: something small, done soon by whichever worker is free."""

    def run_later(self, connection: Connection, errand: Errand, delay: float) -> None:
        """Have it done after so many seconds, if the transaction of this connection is kept."""
        ...


class Notifier:
    """Called when a job has ended, by whoever ended it."""

    def __init__(self, later: Later, rules: WebhookRules) -> None:
        self._later = later
        self._rules = rules

    def __call__(self, connection: Connection, job: JobRecord) -> None:
        if job.state not in TYPES:
            return
        known = {each.url: each for each in endpoints_of(connection, job.owner)}
        urls = dict.fromkeys(url for url, endpoint in known.items() if endpoint.standing)
        if job.webhook_url is not None:
            urls[job.webhook_url] = None
        now = clock(connection)
        for url in urls:
            gone = url in known and known[url].disabled_at is not None
            self._put_down(connection, job, url, now, gone=gone)

    def _put_down(self, connection: Connection, job: JobRecord, url: str, now: int, *, gone: bool) -> None:
        delivery = DeliveryRecord(
            id=new_id(now),
            owner=job.owner,
            job_id=job.id,
            url=url,
            type=TYPES[job.state],
            body=message(job, now, self._rules.public_url or ""),
            state="disabled" if gone else "pending",
            tries=0,
            next_at=None if gone else now,
            created_at=now,
            finished_at=now if gone else None,
        )
        insert_delivery(connection, delivery)
        if not gone:
            self._later.run_later(connection, Errand(ERRAND, delivery.id, 1, delivery.owner), 0.0)


def new_id(now: int) -> str:
    """An id that sorts by its time, given in milliseconds since 1970."""
    return f"msg_{now:012x}{secrets.token_hex(10)}"


def message(job: JobRecord, now: int, base: str) -> str:
    """The body: what happened and where to read more. Far below 20 kB: links have at most two."""
    data: dict[str, Any] = {
        "jobId": job.id,
        "number": job.number,
        "videoId": job.video_id,
        "platform": job.platform,
        "url": job.submitted_url,
        "status": _STATUS[job.state],
        "pollUrl": f"{base}/v1/jobs/{job.id}",
    }
    if job.format:
        data["format"] = job.format
    if job.batch_id is not None:
        data["batchId"] = job.batch_id
    if job.error is not None:
        data |= {"error": job.error.message, "error_code": job.error.code}
    else:
        data["evidenceUrl"] = f"{base}/v1/jobs/{job.id}/evidence"
    moment = datetime.fromtimestamp((job.finished_at or now) / 1000, UTC).isoformat(timespec="milliseconds")
    body = {"type": TYPES[job.state], "timestamp": moment.replace("+00:00", "Z"), "data": data}
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))

"""Answers a submit, once: what a limit leaves in its headers, and with an Idempotency-Key the same answer again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import fields

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipsight.access.caller import Caller
from clipsight.access.idempotency import claim_key, release_claim
from clipsight.edges.rest.face import face_of
from clipsight.edges.rest.headers import with_limits
from clipsight.edges.rest.intake import Submission
from clipsight.errors import BadIdempotencyKey
from clipsight.schema.video import Video
from clipsight.usecases.submit import Once, Receipt

REPEATED = "Idempotency-Replayed"
_KEPT_HEADERS = ("location", "retry-after")
_KEY = re.compile(r"[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?")


def answer_once(
    request: Request,
    caller: Caller,
    asked: Submission,
    submit: Callable[[Once | None], Receipt],
    answer: Callable[[Receipt], Response],
) -> Response:
    """Carry a submit out, unless that was done before.

    Args:
        request: with or without an Idempotency-Key.
        caller: to whom the key belongs.
        asked: what the body says; the same key with another body is refused.
        submit: carries it out.
        answer: what the caller is told of it.

    Raises:
        BadIdempotencyKey: the header holds no key, or several.
        IdempotencyKeyReused, StillRunning: see :func:`clipsight.access.idempotency.claim_key`.
    """
    key = idempotency_key(request.headers.getlist("idempotency-key"))
    if key is None:
        receipt = submit(None)
        return with_limits(answer(receipt), receipt.standings)
    database = face_of(request).services.database
    claim = claim_key(database, caller.owner, key, fingerprint(request.url.path, asked))
    if isinstance(claim, str):
        return _again(claim)
    try:
        receipt = submit(Once(claim, lambda receipt: _written(answer(receipt))))
    finally:
        release_claim(database, claim)  # changes nothing once it was answered
    return with_limits(answer(receipt), receipt.standings)


def idempotency_key(headers: Sequence[str]) -> str | None:
    """The key in the headers of a request: as it stands, or in quotes as the draft has it.

    Raises:
        BadIdempotencyKey: there are several, or one that is empty, too long or of other letters than printable ASCII.
    """
    if not headers:
        return None
    text = headers[0].strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if len(headers) > 1 or not _KEY.fullmatch(text) or '"' in text or "\\" in text:
        raise BadIdempotencyKey
    return text


def fingerprint(path: str, asked: Submission) -> str:
    """Tells two requests apart by what they ask for, not by how their bodies are spelled."""
    values: list[object] = [path.rstrip("/")]
    for field in fields(asked):
        value = getattr(asked, field.name)
        values.append([value.ref.video_id, value.ref.url] if isinstance(value, Video) else value)
    return hashlib.sha256(json.dumps(values, default=repr).encode()).hexdigest()


def _written(response: Response) -> str:
    headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    return json.dumps({"status": response.status_code, "headers": headers, "body": bytes(response.body).decode()})


def _again(written: str) -> Response:
    kept = json.loads(written)
    headers = {**kept["headers"], REPEATED: "true"}
    return Response(kept["body"], kept["status"], headers, JSONResponse.media_type)

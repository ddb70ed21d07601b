"""Failures as HTTP: the status is decided here, once; the words and keys of the body by each dialect."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipsight.edges.rest import problem
from clipsight.edges.rest.accepts import PROBLEM, asks_for
from clipsight.edges.rest.face import face_of
from clipsight.edges.rest.headers import with_limits
from clipsight.edges.rest.jobs.errors import jobs_body
from clipsight.edges.rest.manners import allowed
from clipsight.edges.rest.reels.errors import reels_body
from clipsight.edges.rest.refusal import Refusal
from clipsight.edges.rest.sales import payment_required
from clipsight.errors import (
    BatchKeyReused,
    BatchNotFound,
    BlobStoreUnavailable,
    BodyTooLarge,
    ClipsightError,
    DatabaseUnreachable,
    DeliveryNotFound,
    DeliveryUnderWay,
    EnqueueFailed,
    FacilitatorUnavailable,
    ForeignHost,
    IdempotencyKeyReused,
    JobExpired,
    JobFailed,
    JobNotFinished,
    JobNotFound,
    LimitReached,
    MediaError,
    MethodNotAllowed,
    MissingScope,
    NetworkError,
    PathUnknown,
    PaymentRequired,
    PaymentUnderWay,
    PaymentUsed,
    PlatformChanged,
    RateLimited,
    RequestError,
    SourceError,
    SourceTimeout,
    StillRunning,
    TokenInvalid,
    TokenNotFound,
    TokenRequired,
    TooLarge,
    TooManyStreams,
    UnsupportedContentEncoding,
    UnsupportedContentType,
)
from clipsight.store.database import AWAY

log = logging.getLogger(__name__)

POLL_SECONDS = 5  # what clients of both dialects are told to wait
RUNNING_SECONDS = 1  # the first of two equal requests is seldom under way for longer
PASSING_SECONDS = 30  # a platform that could not be asked

# The first that fits counts.
_STATUS: tuple[tuple[type[ClipsightError], int], ...] = (
    (TooLarge, 413),
    (BodyTooLarge, 413),
    (UnsupportedContentType, 415),
    (UnsupportedContentEncoding, 415),
    (ForeignHost, 403),
    (TokenRequired, 401),
    (TokenInvalid, 401),
    (MissingScope, 403),
    (TokenNotFound, 404),
    (PaymentRequired, 402),
    (PaymentUnderWay, 409),
    (PaymentUsed, 409),
    (FacilitatorUnavailable, 503),
    (LimitReached, 429),
    (IdempotencyKeyReused, 422),
    (StillRunning, 409),
    (JobNotFound, 404),
    (JobExpired, 410),
    (JobNotFinished, 409),
    (JobFailed, 409),
    (EnqueueFailed, 500),
    (DatabaseUnreachable, 503),
    (RateLimited, 503),
    (NetworkError, 503),
    (SourceTimeout, 503),
    (PlatformChanged, 503),
    (PathUnknown, 404),
    (MethodNotAllowed, 405),
    (TooManyStreams, 503),
    (BlobStoreUnavailable, 503),
    (DeliveryNotFound, 404),
    (BatchNotFound, 404),
    (BatchKeyReused, 409),
    (DeliveryUnderWay, 409),
    (RequestError, 400),
    (SourceError, 400),
    (MediaError, 400),
)

_FRAMEWORK: Mapping[int, type[RequestError]] = {404: PathUnknown, 405: MethodNotAllowed}


Body = Callable[[Request, Refusal], Mapping[str, Any]]


def status_of(error: ClipsightError | type[ClipsightError]) -> int:
    """The status with which a request is refused for an error, or for every error of a class."""
    found = error if isinstance(error, type) else type(error)
    return next((status for kind, status in _STATUS if issubclass(found, kind)), 500)


def install(app: FastAPI) -> None:
    """Answer every failure of the application in the dialect of its path."""
    app.add_exception_handler(ClipsightError, _known)
    app.add_exception_handler(PaymentRequired, _unpaid)
    app.add_exception_handler(HTTPException, _refused)
    for away in AWAY:
        app.add_exception_handler(away, _away)
    app.add_exception_handler(Exception, _unknown)


def _known(request: Request, error: Exception) -> Response:
    assert isinstance(error, ClipsightError)
    return answer_to(request, error)


async def _unpaid(request: Request, error: Exception) -> Response:
    face = face_of(request)
    assert isinstance(error, PaymentRequired)
    assert face.sales is not None, "nobody asks for payments that cannot be made"
    return await payment_required(request, face.sales, face.address(request), error)


def answer_to(request: Request, error: ClipsightError) -> Response:
    """The refusal of a request, in the dialect of its path."""
    status = status_of(error)
    if status == 500:
        log.error("%s %s failed: %s", request.method, request.url.path, error.code, exc_info=error)
    elif status > 500:
        log.warning("%s %s cannot be answered now: %s", request.method, request.url.path, error.code)
    code = error.why_code or error.code if isinstance(error, JobFailed) else error.code
    response = _answer(request, Refusal(status, error, error.public_message, code))
    if isinstance(error, (JobNotFinished, PaymentUnderWay)):
        response.headers["Retry-After"] = str(POLL_SECONDS)
    if isinstance(error, UnsupportedContentEncoding):
        response.headers["Accept-Encoding"] = "identity"  # RFC 9110 §15.5.16
    if status == 401 or isinstance(error, MissingScope):
        response.headers["WWW-Authenticate"] = _challenge(error)
    if isinstance(error, StillRunning):
        response.headers["Retry-After"] = str(RUNNING_SECONDS)
    if isinstance(error, LimitReached):
        response.headers["Retry-After"] = str(error.details.get("retry_seconds", PASSING_SECONDS))
        with_limits(response, error.standings)
    if status == 503:
        response.headers["Retry-After"] = str(PASSING_SECONDS)
    return response


def _challenge(error: ClipsightError) -> str:
    """What the caller should have shown (RFC 6750, section 3)."""
    if isinstance(error, MissingScope):
        return f'Bearer realm="clipsight", error="insufficient_scope", scope="{error.details["scope"]}"'
    return 'Bearer realm="clipsight"' + (', error="invalid_token"' if isinstance(error, TokenInvalid) else "")


def _away(request: Request, error: Exception) -> Response:
    return _known(request, DatabaseUnreachable().with_traceback(error.__traceback__))


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known = _FRAMEWORK.get(error.status_code, RequestError)
    response = _answer(request, Refusal(error.status_code, None, known.message, known.code))
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(allowed(request.app, request.scope))
    return response


def _unknown(request: Request, error: Exception) -> Response:
    """The top of the request: the server logs the traceback, the caller learns nothing of it."""
    del error
    failure = ClipsightError()
    return _answer(request, Refusal(500, failure, failure.public_message, failure.code))


def _answer(request: Request, refusal: Refusal) -> Response:
    words: Body = reels_body if request.scope["path"].startswith("/api/") else jobs_body
    body = dict(words(request, refusal))
    if not asks_for(request, PROBLEM):
        return JSONResponse(body, refusal.status, {"Vary": "Accept"})
    members = problem.members(request, refusal, str(body.get("error") or body.get("message")))
    return JSONResponse({**members, **body}, refusal.status, {"Vary": "Accept"}, PROBLEM)

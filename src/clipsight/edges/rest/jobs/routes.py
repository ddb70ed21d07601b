"""The routes of the jobs dialect."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipsight.access.limits import Allowance
from clipsight.edges.rest.accounts import markdown_if_asked
from clipsight.edges.rest.documents import MARKDOWN_TOO, form_or_json
from clipsight.edges.rest.errors import POLL_SECONDS
from clipsight.edges.rest.events import JobEvents
from clipsight.edges.rest.face import AsCaller, AsHolder, AsPayer, Caller, Face, face_of
from clipsight.edges.rest.intake import Submission, submission
from clipsight.edges.rest.jobs import models, render
from clipsight.edges.rest.jobs.names import job_name as _name
from clipsight.edges.rest.once import answer_once
from clipsight.edges.rest.query import TOKENS_PARAMETER
from clipsight.edges.rest.sales import PAID_PATH, fingerprint, payment_in, receipts
from clipsight.edges.rest.watcher import Watcher
from clipsight.errors import JobExpired, JobNotFound
from clipsight.jobs.states import FINAL
from clipsight.payments.payment import Payment, check_amount
from clipsight.payments.till import Purchase
from clipsight.schema.result import Document
from clipsight.schema.video import Platform
from clipsight.usecases.delete import delete_job
from clipsight.usecases.evidence import job_document, keyframe_picture
from clipsight.usecases.follow import standing
from clipsight.usecases.status import Account, JobName, expiring_account, job_account
from clipsight.usecases.submit import Once, Prepared, Receipt, Wish, prepare_file, prepare_link

PLATFORMS: frozenset[Platform] = frozenset({"tiktok", "instagram", "youtube"})
WAIT = {"Retry-After": str(POLL_SECONDS)}
KEYFRAME = "/v1/jobs/{job}/keyframes/{keyframe}"

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


@router.post(
    "",
    status_code=202,
    response_model=models.JobAccepted,
    responses={
        200: {"model": models.Job, "description": "The answer was known already"},
        400: {"model": models.Refused},
        401: {"model": models.Refused},
        402: {"model": models.Unpaid, "description": "Where calls are paid: what this one costs"},
        403: {"model": models.Refused},
        409: {
            "model": models.Refused,
            "description": "The first request with this Idempotency-Key is under way, or the payment came with another",
        },
        413: {"model": models.Refused},
        415: {"model": models.Refused},
        422: {"model": models.Refused, "description": "The Idempotency-Key was used for another request"},
        429: {"model": models.Refused},
        500: {"model": models.Refused},
        503: {"model": models.Refused},
    },
    openapi_extra=form_or_json(models.JobRequest, with_format=True),
)
async def submit(request: Request, caller: AsPayer) -> Response:
    """Submit a link or a video file. Poll `pollUrl` until the status is `success` or `failed`."""
    face = face_of(request)
    async with submission(request, face.services, caller.limits["jobs"].max_bytes) as asked:
        request.state.submitted_format = asked.format
        payment = payment_in(request)
        if payment is not None:
            return await run_in_threadpool(_sell, request, caller, asked, payment)
        submitting = partial(_submit, face, caller, asked)
        return await run_in_threadpool(answer_once, request, caller, asked, submitting, _answer)


def _answer(receipt: Receipt) -> Response:
    if receipt.document is not None:
        return JSONResponse(render.job(Account(receipt.job, receipt.document, receipt.made_at)))
    return JSONResponse(render.accepted(receipt.job), 202, {"Location": render.poll_url(receipt.job), **WAIT})


@router.get(
    "/{job_id}",
    response_model=models.Job,
    openapi_extra={"parameters": [TOKENS_PARAMETER]},
    responses={
        200: MARKDOWN_TOO,
        400: {"model": models.Refused},
        401: {"model": models.Refused},
        403: {"model": models.Refused},
        404: {"model": models.Gone},
        410: {"model": models.Gone},
        500: {"model": models.Refused},
    },
)
def poll(request: Request, job_id: str, caller: AsHolder) -> Response:
    """The job, with its result once it succeeded. It answers for 24 hours after it was submitted."""
    account = expiring_account(face_of(request).services, caller.owner, _name(job_id))
    waiting = account.job.state in {"queued", "running"}
    account_in_words = markdown_if_asked(request, account.document)
    return account_in_words or JSONResponse(render.job(account), headers={"Vary": "Accept", **(WAIT if waiting else {})})


@router.get(
    "/{job_id}/events",
    responses={
        200: {
            "content": {"text/event-stream": {}},  # each event has a schema of its own, which a media type cannot say
            "description": "Events `progress` (`JobUnderWay`) and at the end `done` (`Job`), or `gone` after a deletion",
        },
        204: {"description": "The last event was told already: there is nothing to come back for"},
        403: {"model": models.Refused},
        404: {"model": models.Gone},
        410: {"model": models.Gone},
        503: {"model": models.Refused, "description": "Too many streams are open"},
    },
    response_class=Response,
)
async def events(
    request: Request, job_id: str, caller: AsHolder, last_event_id: Annotated[str | None, Header()] = None
) -> Response:
    """Follow a job as server-sent events, until it is over. After a break, `Last-Event-ID` says what was told already."""
    face, name = face_of(request), _name(job_id)
    account = await run_in_threadpool(job_account, face.services, caller.owner, name)
    now = await run_in_threadpool(standing, face.services, caller.owner, name)
    if now.state in FINAL and now.mark == last_event_id:
        return Response(status_code=204)

    async def outcome() -> Mapping[str, Any]:
        return await run_in_threadpool(_outcome, face, caller, name)

    watcher: Watcher = request.app.state.watcher
    follower = watcher.follow(now.id)
    during = partial(render.under_way, account.job)
    return JobEvents(watcher, follower, now, told=last_event_id, during=during, outcome=outcome)


@router.get(
    "/{job_id}/evidence",
    response_model=Document,
    openapi_extra={"parameters": [TOKENS_PARAMETER]},
    responses={
        200: MARKDOWN_TOO,
        400: {"model": models.Refused},
        401: {"model": models.Refused},
        403: {"model": models.Refused},
        404: {"model": models.Gone},
        409: {"model": models.Refused, "description": "The job is under way, or it ended without evidence"},
        410: {"model": models.Gone},
    },
)
def evidence(request: Request, job_id: str, caller: AsHolder) -> Response:
    """Everything that was seen and heard, with times: the whole document."""
    document = job_document(face_of(request).services, caller.owner, _name(job_id), KEYFRAME)
    account_in_words = markdown_if_asked(request, document)
    json = document.model_dump_json(by_alias=True)
    return account_in_words or Response(json, headers={"Vary": "Accept"}, media_type="application/json")


@router.get(
    "/{job_id}/keyframes/{keyframe}",
    responses={
        200: {"content": {"image/jpeg": {}}},
        401: {"model": models.Refused},
        403: {"model": models.Refused},
        404: {"model": models.Gone},
        410: {"model": models.Gone},
    },
    response_class=Response,
)
def picture(request: Request, job_id: str, keyframe: str, caller: AsHolder) -> Response:
    """A keyframe as JPEG, as named in the document."""
    content = keyframe_picture(face_of(request).services, caller.owner, _name(job_id), keyframe)
    return Response(content, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=86400, immutable"})


@router.delete(
    "/{job_id}",
    status_code=204,
    responses={401: {"model": models.Refused}, 403: {"model": models.Refused}, 404: {"model": models.Gone}},
)
def delete(request: Request, job_id: str, caller: AsCaller) -> Response:
    """Stop and remove a job, and with the last job of a video all that is kept of it."""
    delete_job(face_of(request).services, caller.owner, _name(job_id))
    return Response(status_code=204)


def _submit(face: Face, caller: Caller, asked: Submission, once: Once | None) -> Receipt:
    wish = replace(_wish(caller, asked), once=once)
    return _prepared(face, asked, wish).take(wish)


def _sell(request: Request, caller: Caller, asked: Submission, payment: Payment) -> Response:
    """A submission that comes with its payment: checked before anything is charged, and told again when it comes again."""
    face, wish = face_of(request), _wish(caller, asked)
    assert face.sales is not None
    prepared = _prepared(face, asked, wish)
    prices = face.sales.terms.prices
    request.state.price = prices.of(asked.format, known=prepared.known)
    # Who was quoted the usual price before the answer was known has signed that.
    check_amount(payment, (request.state.price, prices.of(asked.format)))
    purchase = Purchase(asked.format or "", fingerprint(asked), face.address(request) + PAID_PATH)
    sale = face.sales.till.sell(payment, purchase, lambda hold: prepared.take(replace(wish, hold=hold)))
    account = job_account(face.services, caller.owner, uuid.UUID(sale.job_id))
    headers = {"Cache-Control": "no-store", **receipts(sale.receipt)}
    if account.job.state in FINAL:
        return JSONResponse(render.job(account), headers=headers)
    return JSONResponse(render.accepted(account.job), 202, {"Location": render.poll_url(account.job), **WAIT, **headers})


def _wish(caller: Caller, asked: Submission) -> Wish:
    limits = caller.limits["jobs"]
    return Wish(
        caller.owner,
        "jobs",
        asked.format,
        limits.max_seconds,
        PLATFORMS,
        asked.webhook_url,
        refresh=asked.refresh,
        allowance=Allowance(limits, caller.token),
    )


def _prepared(face: Face, asked: Submission, wish: Wish) -> Prepared:
    if asked.video is not None:
        return prepare_file(face.services, asked.video, wish)
    assert asked.url is not None
    return prepare_link(face.services, asked.url, wish)


def _outcome(face: Face, caller: Caller, name: JobName) -> Mapping[str, Any]:
    """The body of the last event: what a poll answers."""
    try:
        return render.job(job_account(face.services, caller.owner, name))
    except (JobNotFound, JobExpired) as error:
        return {"error": error.public_message}

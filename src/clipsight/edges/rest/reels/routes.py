"""The routes of the reels dialect."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipsight.access.limits import Allowance
from clipsight.edges.rest.accounts import markdown_if_asked
from clipsight.edges.rest.documents import MARKDOWN_TOO, form_or_json
from clipsight.edges.rest.face import AsCaller, Caller, Face, face_of
from clipsight.edges.rest.intake import Submission, submission
from clipsight.edges.rest.once import answer_once
from clipsight.edges.rest.query import TOKENS_PARAMETER, cursor, job_filter, list_parameters
from clipsight.edges.rest.reels import models, render
from clipsight.errors import JobExpired, JobNotFound
from clipsight.schema.video import Platform
from clipsight.usecases.delete import delete_job
from clipsight.usecases.listing import jobs_page
from clipsight.usecases.status import job_account
from clipsight.usecases.submit import Once, Receipt, Wish, submit_file, submit_link

PLATFORMS: frozenset[Platform] = frozenset({"instagram"})


class _ReelConvertor(Convertor[str]):
    """Anything in a path but ``analyze``, which is an address of its own and has methods of its own."""

    regex = "(?!analyze$)[^/]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("reel", _ReelConvertor())
router = APIRouter(prefix="/api/v1/reels", tags=["reels"])
_REFUSED: dict[int | str, dict[str, Any]] = {
    401: {"model": models.Unknown, "description": "No token, or one that is not valid"},
    403: {"model": models.Refused},
}
_NOT_FOUND: dict[int | str, dict[str, Any]] = {
    **_REFUSED,
    404: {"model": models.Message, "description": "Unknown id"},
}


@router.post(
    "/analyze",
    status_code=202,
    response_model=models.AnalyzeAccepted,
    responses={
        400: {"model": models.Message},
        401: {"model": models.Unknown},
        403: {"model": models.Refused},
        413: {"model": models.Message},
        409: {"model": models.Message, "description": "The first request with this Idempotency-Key is under way"},
        415: {"model": models.Message},
        422: {"model": models.Message, "description": "The Idempotency-Key was used for another request"},
        429: {"model": models.Message},
        500: {"model": models.Message},
        503: {"model": models.Message},
    },
    openapi_extra=form_or_json(models.AnalyzeRequest, with_format=False),
)
async def analyze(request: Request, caller: AsCaller) -> Response:
    """Submit a reel, or a video file. Poll the id until the status is `done` or `error`."""
    face = face_of(request)
    async with submission(request, face.services, caller.limits["reels"].max_bytes) as asked:
        request.state.submitted_url = asked.url
        submitting = partial(_submit, face, caller, asked)
        return await run_in_threadpool(answer_once, request, caller, asked, submitting, _answer)


def _answer(receipt: Receipt) -> Response:
    return JSONResponse(render.accepted(receipt.job), 202)


@router.get(
    "",
    response_model=models.ReelList,
    responses={**_REFUSED, 400: {"model": models.Message}},
    openapi_extra={"parameters": list_parameters(render.STATUS, with_format=False)},
)
def listing(request: Request, caller: AsCaller) -> Response:
    """Own reels, newest first and without their results."""
    page = jobs_page(face_of(request).services, job_filter(request, caller.owner, "reels", render.STATUS))
    return JSONResponse({"reels": [render.listed(job) for job in page.jobs], "next_cursor": cursor(page.below)})


@router.get(
    "/{number:reel}",
    response_model=models.Reel,
    responses={200: MARKDOWN_TOO, **_NOT_FOUND, 400: {"model": models.Message}},
    openapi_extra={"parameters": [TOKENS_PARAMETER]},
)
def poll(request: Request, number: str, caller: AsCaller) -> Response:
    """The job, with its result once it is done. Poll every 5 seconds."""
    try:
        account = job_account(face_of(request).services, caller.owner, _number(number), "reels")
    except JobExpired as error:
        raise JobNotFound from error  # this dialect knows no 410
    account_in_words = markdown_if_asked(request, account.document)
    return account_in_words or JSONResponse(render.reel(account), headers={"Vary": "Accept"})


@router.delete("/{number:reel}", status_code=204, responses=_NOT_FOUND)
def delete(request: Request, number: str, caller: AsCaller) -> Response:
    """Stop and remove a job."""
    delete_job(face_of(request).services, caller.owner, _number(number), "reels")
    return Response(status_code=204)


def _submit(face: Face, caller: Caller, asked: Submission, once: Once | None) -> Receipt:
    limits = caller.limits["reels"]
    allowance = Allowance(limits, caller.token)
    wish = Wish(
        caller.owner, "reels", None, limits.max_seconds, PLATFORMS, asked.webhook_url, allowance=allowance, once=once
    )
    if asked.video is not None:
        return submit_file(face.services, asked.video, wish)
    assert asked.url is not None
    return submit_link(face.services, asked.url, wish)


def _number(text: str) -> int:
    """Raises :class:`JobNotFound` for what cannot be the number of a job."""
    if not (text.isascii() and text.isdigit() and len(text) <= 19):
        raise JobNotFound
    return int(text)

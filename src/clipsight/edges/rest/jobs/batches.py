"""The routes of batches, ``/v1/batches``: many links, one id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Header
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from clipsight.access.limits import Allowance
from clipsight.edges.rest.errors import POLL_SECONDS
from clipsight.edges.rest.face import AsCaller
from clipsight.edges.rest.headers import with_limits
from clipsight.edges.rest.intake import json_model
from clipsight.edges.rest.jobs import models, render
from clipsight.edges.rest.jobs.routes import PLATFORMS
from clipsight.edges.rest.render import moment
from clipsight.errors import BadBatch, BatchNotFound
from clipsight.store.batches import ItemRecord
from clipsight.usecases.batches import MOST_LINKS, BatchAccount, Batches
from clipsight.usecases.status import Account
from clipsight.usecases.submit import Wish

MAX_BYTES = 4_000_000  # of the body; a thousand links of the greatest length have half of that
LONGEST_KEY = 255  # characters of an Idempotency-Key
MOST_ITEMS = 200  # per page

STATUS = {**render.STATUS, "cancelled": "cancelled", "deleted": "deleted"}


class Exact(BaseModel):
    """Nothing else is in it; names are in camel case on the wire."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, populate_by_name=True)


class BatchRequest(Exact):
    urls: list[str] = Field(min_length=1, max_length=MOST_LINKS, description="Links; one that is bad fails alone")
    format: str | None = Field(default=None, description="Slug of a workflow format, for all of them")
    webhook_url: str | None = Field(default=None, description="Told of each job that has ended")


class Counts(Exact):
    pending: int
    processing: int
    success: int
    failed: int
    cancelled: int
    deleted: int


class Batch(Exact):
    batch_id: str
    status: Literal["processing", "done", "cancelled"]
    total: int
    counts: Counts
    format: str | None
    created_at: str
    items_url: str
    results_url: str


class Item(Exact):
    index: int
    url: str
    status: Literal["pending", "processing", "success", "failed", "cancelled", "deleted"]
    job_id: str | None
    error: str | None
    error_code: str | None = Field(alias="error_code")


class Items(Exact):
    items: list[Item]
    next: int | None = Field(description="`after` of the next page; null on the last one")


router = APIRouter(prefix="/v1/batches", tags=["batches"])
_REFUSED: dict[int | str, dict[str, Any]] = {403: {"model": models.Refused}}
_FOUND: dict[int | str, dict[str, Any]] = {**_REFUSED, 404: {"model": models.Gone}, 410: {"model": models.Gone}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": BatchRequest.model_json_schema(by_alias=True)}},
    }
}


def _batches(request: Request) -> Batches:
    found: Batches = request.app.state.batches
    return found


@router.post(
    "",
    status_code=202,
    response_model=Batch,
    responses={
        **_REFUSED,
        400: {"model": models.Refused},
        409: {"model": models.Refused, "description": "The Idempotency-Key was used for another request"},
        413: {"model": models.Refused},
        415: {"model": models.Refused},
        429: {"model": models.Refused},
        500: {"model": models.Refused},
    },
    openapi_extra=_BODY,
)
async def submit(request: Request, caller: AsCaller, idempotency_key: Annotated[str | None, Header()] = None) -> Response:
    """Submit up to 1,000 links at once. All are taken, or none; a bad link is its own item's error.

    It counts as one submit, and each link as an unfinished job.
    """
    asked = await json_model(request, BatchRequest, MAX_BYTES)
    if any("\0" in url or not url.isprintable() for url in asked.urls) or len(idempotency_key or "") > LONGEST_KEY:
        raise BadBatch(most=MOST_LINKS)
    limits = caller.limits["jobs"]
    wish = Wish(caller.owner, "jobs", asked.format or None, limits.max_seconds, PLATFORMS, asked.webhook_url or None)
    wish = replace(wish, allowance=Allowance(limits, caller.token))
    receipt = await run_in_threadpool(_batches(request).submit, asked.urls, wish, idempotency_key or None)
    account = await run_in_threadpool(_batches(request).account, caller.owner, receipt.batch.id)
    headers = {"Location": f"/v1/batches/{receipt.batch.id}", "Retry-After": str(POLL_SECONDS)}
    return with_limits(JSONResponse(_batch(account), 202, headers), receipt.standings)


@router.get("/{batch_id}", response_model=Batch, responses=_FOUND)
def status(request: Request, batch_id: str, caller: AsCaller) -> Response:
    """How far a batch is: how many of its items are in which state."""
    body = _batch(_batches(request).account(caller.owner, batch_id))
    waiting = body["status"] == "processing"
    return JSONResponse(body, headers={"Retry-After": str(POLL_SECONDS)} if waiting else None)


@router.get("/{batch_id}/items", response_model=Items, responses=_FOUND)
def items(request: Request, batch_id: str, caller: AsCaller, after: str = "-1", limit: str = "100") -> Response:
    """The items in their order. `limit` is at most 200; `after` is `next` of the page before."""
    wanted = max(1, min(_number(limit, 100), MOST_ITEMS))
    found = _batches(request).items(caller.owner, batch_id, _number(after, -1), wanted + 1)
    page = found[:wanted]
    more = page[-1].position if len(found) > wanted else None
    return JSONResponse({"items": [_item(each) for each in page], "next": more})


@router.get(
    "/{batch_id}/results",
    responses={**_FOUND, 200: {"content": {"application/x-ndjson": {"schema": {"type": "string"}}}}},
    response_class=Response,
)
def results(request: Request, batch_id: str, caller: AsCaller) -> Response:
    """Every item with its result, one JSON object per line, in order; those under way have none yet."""
    batches = _batches(request)
    batches.account(caller.owner, batch_id)  # a refusal must come before the answer has begun
    return StreamingResponse(_lines(batches, caller.owner, batch_id), media_type="application/x-ndjson")


@router.post("/{batch_id}/cancel", response_model=Batch, responses=_FOUND)
def cancel(request: Request, batch_id: str, caller: AsCaller) -> Response:
    """Stop what waits and what runs. What is over stays, with its results."""
    return JSONResponse(_batch(_batches(request).cancel(caller.owner, batch_id)))


@router.delete("/{batch_id}", status_code=204, responses=_FOUND)
def delete(request: Request, batch_id: str, caller: AsCaller) -> Response:
    """Cancel a batch and remove it with all its jobs."""
    _batches(request).delete(caller.owner, batch_id)
    return Response(status_code=204)


def _lines(batches: Batches, owner: str, batch_id: str) -> Iterator[str]:
    try:
        for item, account in batches.results(owner, batch_id):
            yield json.dumps(_item(item) | _result(account), ensure_ascii=False) + "\n"
    except BatchNotFound:
        return  # deleted meanwhile


def _result(account: Account | None) -> dict[str, Any]:
    if account is None or account.document is None:
        return {}
    return {"result": render.result(account.document, account.made_at or account.job.created_at)}


def _batch(account: BatchAccount) -> dict[str, Any]:
    batch = account.batch
    counts = dict.fromkeys(Counts.model_fields, 0) | {STATUS[state]: count for state, count in account.counts.items()}
    under_way = counts["pending"] + counts["processing"]
    return {
        "batchId": batch.id,
        "status": "processing" if under_way else "done" if batch.cancelled_at is None else "cancelled",
        "total": batch.total,
        "counts": counts,
        "format": batch.format or None,
        "createdAt": moment(batch.created_at),
        "itemsUrl": f"/v1/batches/{batch.id}/items",
        "resultsUrl": f"/v1/batches/{batch.id}/results",
    }


def _item(item: ItemRecord) -> dict[str, Any]:
    return {
        "index": item.position,
        "url": item.url,
        "status": STATUS[item.state],
        "jobId": item.job_id,
        "error": item.error.message if item.error is not None else None,
        "error_code": item.error.code if item.error is not None else None,
    }


def _number(text: str, default: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_LINKS)) else default

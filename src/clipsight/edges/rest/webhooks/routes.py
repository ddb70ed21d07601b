"""The routes of ``/v1/webhooks``: addresses, secrets and the log of an owner."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipsight.edges.rest.face import AsCaller, face_of
from clipsight.edges.rest.intake import json_model
from clipsight.edges.rest.jobs.models import Gone, Refused
from clipsight.edges.rest.render import moment
from clipsight.edges.rest.webhooks import models
from clipsight.store.webhooks import DeliveryRecord
from clipsight.usecases.webhooks import Webhooks

REFUSALS: dict[int | str, dict[str, Any]] = {400: {"model": Refused}, 403: {"model": Refused}}
NOT_FOUND: dict[int | str, dict[str, Any]] = {403: {"model": Refused}, 404: {"model": Gone}}

router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"])


def _body(model: type[models.Exact]) -> dict[str, Any]:
    return {"requestBody": {"content": {"application/json": {"schema": model.model_json_schema(by_alias=True)}}}}


def _webhooks(request: Request) -> Webhooks:
    return face_of(request).services.webhooks


@router.get("", response_model=models.Webhooks, responses={403: {"model": Refused}})
def overview(request: Request, caller: AsCaller) -> Response:
    """The address that is told of every job, and the secrets that sign."""
    found = _webhooks(request).overview(caller.owner)
    body = models.Webhooks(
        url=next((each.url for each in found.endpoints if each.standing), None),
        disabled=[each.url for each in found.endpoints if each.disabled_at is not None],
        secrets=[
            models.Secret(id=each.id, created_at=moment(each.created_at), valid_until=_moment(each.retires_at))
            for each in found.secrets
        ],
    )
    return _answer(body)


@router.put("", response_model=models.Webhooks, responses=REFUSALS, openapi_extra=_body(models.Address))
async def stand(request: Request, caller: AsCaller) -> Response:
    """Set the address that is told of every job; null for none."""
    asked = await json_model(request, models.Address)
    await run_in_threadpool(_webhooks(request).stand, caller.owner, asked.url)
    return await run_in_threadpool(overview, request, caller)


@router.post("/enable", response_model=models.Webhooks, responses=REFUSALS, openapi_extra=_body(models.Enable))
async def enable(request: Request, caller: AsCaller) -> Response:
    """Send to an address again that answered 410."""
    asked = await json_model(request, models.Enable)
    await run_in_threadpool(_webhooks(request).enable, caller.owner, asked.url)
    return await run_in_threadpool(overview, request, caller)


@router.post(
    "/secret", status_code=201, response_model=models.NewSecret, responses=REFUSALS, openapi_extra=_body(models.Rotation)
)
async def rotate(request: Request, caller: AsCaller) -> Response:
    """Make a secret. It is shown this once; the one before signs too until `previousValidUntil`."""
    asked = await json_model(request, models.Rotation)
    record, until = await run_in_threadpool(_webhooks(request).rotate, caller.owner, asked.overlap)
    body = models.NewSecret(
        id=record.id,
        secret=record.secret,
        created_at=moment(record.created_at),
        previous_valid_until=moment(until),
    )
    return _answer(body, 201, {"Cache-Control": "no-store"})


@router.get("/deliveries", response_model=models.Deliveries, responses={403: {"model": Refused}})
def deliveries(
    request: Request,
    caller: AsCaller,
    job_id: Annotated[str | None, Query(alias="jobId")] = None,
    before: str | None = None,
    limit: str = "50",
) -> Response:
    """The log, newest first. `limit` is at most 100; `before` is `next` of the page before."""
    wanted = int(limit) if limit.isascii() and limit.isdigit() and len(limit) <= 3 else 50
    wanted = max(1, min(wanted, 100))
    found = _webhooks(request).deliveries(caller.owner, job_id=job_id, before=before, limit=wanted + 1)
    page = found[:wanted]
    body = models.Deliveries(
        deliveries=[models.Delivery(**_delivery(each)) for each in page],
        next=page[-1].id if len(found) > wanted else None,
    )
    return _answer(body)


@router.get("/deliveries/{delivery_id}", response_model=models.DeliveryDetail, responses=NOT_FOUND)
def delivery(request: Request, delivery_id: str, caller: AsCaller) -> Response:
    """One delivery: what was sent, and what became of each try."""
    record, tries = _webhooks(request).delivery(caller.owner, delivery_id)
    attempts = [
        models.Try(
            number=each.number,
            at=moment(each.at),
            seconds=each.took_ms / 1000,
            status=each.status,
            trouble=each.trouble,  # pyright: ignore[reportArgumentType] - one of these was written
        )
        for each in tries
    ]
    return _answer(models.DeliveryDetail(**_delivery(record), attempts=attempts, body=json.loads(record.body)))


@router.post(
    "/deliveries/{delivery_id}/redeliver",
    status_code=202,
    response_model=models.Delivery,
    responses={**NOT_FOUND, 409: {"model": Refused, "description": "It is not over yet"}},
)
def redeliver(request: Request, delivery_id: str, caller: AsCaller) -> Response:
    """Send it again, with the same id."""
    record = _webhooks(request).redeliver(caller.owner, delivery_id)
    return _answer(models.Delivery(**_delivery(record)), 202)


def _delivery(record: DeliveryRecord) -> dict[str, Any]:
    return {
        "id": record.id,
        "job_id": record.job_id,
        "url": record.url,
        "type": record.type,
        "state": record.state,
        "tries": record.tries,
        "created_at": moment(record.created_at),
        "next_at": _moment(record.next_at),
        "finished_at": _moment(record.finished_at),
    }


def _moment(milliseconds: int | None) -> str | None:
    return moment(milliseconds) if milliseconds is not None else None


def _answer(body: models.Exact, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse(body.model_dump(mode="json", by_alias=True), status, headers)

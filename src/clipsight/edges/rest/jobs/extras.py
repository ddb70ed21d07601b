"""What the jobs dialect offers beyond its contract: own jobs as a list, subtitles and transcripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipsight.edges.rest.accounts import TRANSCRIPTS, Transcript, transcript
from clipsight.edges.rest.face import AsCaller, AsHolder, face_of
from clipsight.edges.rest.jobs import models, render
from clipsight.edges.rest.jobs.names import job_name
from clipsight.edges.rest.query import cursor, job_filter, list_parameters
from clipsight.usecases.listing import jobs_page
from clipsight.usecases.status import finished, job_account

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])


@router.get(
    "",
    response_model=models.JobList,
    responses={400: {"model": models.Refused}, 401: {"model": models.Refused}, 403: {"model": models.Refused}},
    openapi_extra={"parameters": list_parameters(render.STATUS, with_format=True)},
)
def listing(request: Request, caller: AsCaller) -> Response:
    """Own jobs of this dialect that still answer, newest first and without their results."""
    page = jobs_page(face_of(request).services, job_filter(request, caller.owner, "jobs", render.STATUS))
    return JSONResponse({"jobs": [render.listed(job) for job in page.jobs], "nextCursor": cursor(page.below)})


def _offer(kind: Transcript) -> None:
    def endpoint(request: Request, job_id: str, caller: AsHolder) -> Response:
        document = finished(job_account(face_of(request).services, caller.owner, job_name(job_id)))
        return transcript(document, kind)

    refusals: dict[int | str, dict[str, Any]] = {
        401: {"model": models.Refused},
        403: {"model": models.Refused},
        404: {"model": models.Gone},
        409: {"model": models.Refused, "description": "The job is under way, or it ended without evidence"},
        410: {"model": models.Gone},
    }
    answer = {"content": {kind.media_type: {"schema": {"type": "string"}}}}
    handler: Callable[..., Response] = endpoint
    router.add_api_route(
        f"/{{job_id}}/transcript.{kind.ending}",
        handler,
        methods=["GET"],
        name=f"transcript_{kind.ending}",
        summary=f"What is said and sung, as {kind.ending.upper()}",
        response_class=Response,
        responses={200: answer, **refusals},
    )


for _kind in TRANSCRIPTS:
    _offer(_kind)

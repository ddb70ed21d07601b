"""The HTTP application: both dialects over the same use cases."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from clipsight import __version__
from clipsight.edges.rest import documents, errors, explorer, pages, tokens
from clipsight.edges.rest.face import AsAdmin, Face, face_of
from clipsight.edges.rest.fence import Fence
from clipsight.edges.rest.jobs import batches, extras
from clipsight.edges.rest.jobs import routes as jobs
from clipsight.edges.rest.manners import METHODS, Manners
from clipsight.edges.rest.reels import routes as reels
from clipsight.edges.rest.sales import discovery
from clipsight.edges.rest.watcher import Watcher
from clipsight.edges.rest.webhooks import routes as webhooks
from clipsight.usecases.batches import Batches
from clipsight.usecases.figures import Figures
from clipsight.usecases.follow import standings
from clipsight.usecases.health import check

# What a page of another origin that may call may read of an answer, beside its body.
SHOWN_TO_PAGES = ["Location", "Retry-After", "RateLimit", "RateLimit-Policy", "Idempotency-Replayed", "WWW-Authenticate"]


def create_app(face: Face) -> FastAPI:
    """The application over a face; it opens and closes nothing itself."""
    app = FastAPI(
        title="clipsight",
        version=__version__,
        summary="Turns a short video into timed, structured JSON",
        docs_url=None,  # the page would load its script from another site
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=documents.operation_id,
        separate_input_output_schemas=False,
    )
    app.state.face = face
    app.state.batches = Batches(face.services)
    app.state.watcher = Watcher(partial(standings, face.services), face.max_streams)
    app.openapi = partial(documents.openapi, app)
    errors.install(app)
    app.add_middleware(Manners)
    if face.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=sorted(face.origins),
            allow_methods=METHODS,
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key"],
            expose_headers=SHOWN_TO_PAGES,
        )
    if face.gate.this_machine_only:
        app.add_middleware(Fence, origins=face.origins)
    app.include_router(reels.router)
    app.include_router(jobs.router)
    app.include_router(batches.router)
    app.include_router(extras.router)
    app.include_router(webhooks.router)
    app.include_router(tokens.router)
    app.include_router(pages.router)
    app.include_router(explorer.router)
    app.add_api_route("/metrics", metrics, methods=["GET"], tags=["documents"], response_class=PlainTextResponse)
    if face.sales is not None:
        for path in ("/.well-known/x402", "/.well-known/x402.json"):
            app.add_api_route(path, what_is_sold, methods=["GET"], tags=["documents"])
    app.add_api_route("/healthz", health, methods=["GET"], tags=["documents"])
    return app


def metrics(request: Request, caller: AsAdmin) -> Response:
    """Figures for Prometheus. With tokens it takes one that may `admin`."""
    del caller
    registry = CollectorRegistry()
    registry.register(Figures(face_of(request).services))
    render, kind = choose_encoder(request.headers.get("accept", ""))
    return Response(render(registry), headers={"Content-Type": kind, "Cache-Control": "no-store"})


def what_is_sold(request: Request) -> Response:
    """What is sold here, for programs that look for it."""
    return JSONResponse(discovery(face_of(request).address(request)), headers={"Cache-Control": "public, max-age=3600"})


def health(request: Request) -> Response:
    """Whether the server can do its work: 200, or 503 when its database does not answer."""
    state = check(face_of(request).services)
    body = {"status": "ok" if state.healthy else "unhealthy", "workers": state.workers, "version": __version__}
    return JSONResponse(body, 200 if state.healthy else 503)

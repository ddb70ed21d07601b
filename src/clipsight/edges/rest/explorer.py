"""The interface to look at and try out: Swagger UI, served from this package, and the document for older tools.

No other site is contacted, and the policy of the page forbids it.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from clipsight.edges.rest.openapi30 import to_openapi_30, to_yaml

FOLDER = Path(__file__).parent / "swagger"
FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
# Swagger UI sets styles on elements; scripts come from here alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
START = """SwaggerUIBundle({url: "../openapi.json", dom_id: "#ui", deepLinking: true, validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis], layout: "BaseLayout"});
"""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>clipsight: interface</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="swagger/swagger-ui.css"></head>
<body><div id="ui"></div><noscript>The same without scripts: <a href="/openapi.json">openapi.json</a></noscript>
<script src="swagger/swagger-ui-bundle.js"></script><script src="swagger/start.js"></script></body></html>
"""

router = APIRouter(include_in_schema=False)


@router.get("/docs/index.html")
def page() -> Response:
    """Swagger UI over ``/openapi.json``."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"})


@router.get("/docs/swagger/start.js")
def start() -> Response:
    """What the page runs: a script of its own, because the policy allows none inside the page."""
    return Response(START, media_type="text/javascript")


@router.get("/docs/openapi.yaml")
def older(request: Request) -> Response:
    """The interface as OpenAPI 3.0."""
    return Response(to_yaml(to_openapi_30(request.app.openapi())), media_type="application/yaml")


def _serve(name: str, media_type: str) -> None:
    def file() -> Response:
        return FileResponse(FOLDER / name, media_type=media_type, headers={"Cache-Control": "public, max-age=86400"})

    router.add_api_route(f"/docs/swagger/{name}", file, methods=["GET"])


for _name, _media_type in FILES.items():
    _serve(_name, _media_type)

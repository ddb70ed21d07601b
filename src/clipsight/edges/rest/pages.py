"""The pages that the server's own messages lead to: the formats, the errors, and both for programs that read text.

They are made from the registry and from the error tree, so they cannot tell anything else than the server does.
"""

from __future__ import annotations

from html import escape

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from clipsight.edges.rest.errors import status_of
from clipsight.edges.rest.face import face_of
from clipsight.errors import PathUnknown, UnknownFormat, by_code
from clipsight.formats.registry import all_formats, json_schema

SAFE = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}

router = APIRouter(include_in_schema=False)

_HEAD = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    "<title>clipsight: {title}</title><style>body{{font:1rem/1.5 system-ui;max-width:60rem;margin:2rem auto}}"
    "td,th{{text-align:left;vertical-align:top;padding:.2rem 1rem .2rem 0}}:target{{background:#ff08}}</style></head><body>"
)


@router.get("/docs/api")
def formats_page() -> Response:
    """The list of formats, at the address that the message about an unknown format names."""
    rows = "".join(
        f'<tr id="format-{known.slug}"><td><code>{known.slug}</code></td><td>{known.category}</td>'
        f"<td>{escape(known.description)}</td>"
        f'<td><a href="/docs/formats/{known.slug}.json">schema</a></td></tr>'
        for known in all_formats()
    )
    return HTMLResponse(
        f'{_HEAD.format(title="formats")}<h1 id="workflow-formats">Workflow formats</h1>'
        "<p>One of these as <code>format</code> of <code>POST /v1/jobs</code>;"
        " without one the result is a VideoAnalysis.</p>"
        f"<table><tr><th>slug<th>category<th>what it gives<th></tr>{rows}</table>"
        '<p><a href="/docs/index.html">The whole interface</a>, also as <a href="/openapi.json">OpenAPI 3.1</a> and'
        ' <a href="/docs/openapi.yaml">OpenAPI 3.0</a>. <a href="/docs/errors">All errors</a>.</p></body></html>',
        headers=SAFE,
    )


@router.get("/docs/formats/{slug}.json")
def format_schema(slug: str) -> Response:
    """The JSON Schema of a format's result."""
    try:
        schema = json_schema(slug)
    except UnknownFormat as error:
        raise PathUnknown from error
    return JSONResponse(schema, media_type="application/schema+json")


@router.get("/docs/errors")
def errors_page() -> Response:
    """Every code with its meaning; ``type`` of a problem document leads here."""
    rows = "".join(
        f'<tr id="{code}"><td><code>{code}</code></td><td>{status_of(error)}</td>'
        f"<td>{'yes' if error.retryable else 'no'}</td><td>{escape(error.message)}</td></tr>"
        for code, error in sorted(by_code().items())
        if not error.__subclasses__()
    )
    return HTMLResponse(
        f"{_HEAD.format(title='errors')}<h1>Errors</h1><p>The status is that of a refused request;"
        " a job that fails tells the code as <code>error_code</code>.</p>"
        f"<table><tr><th>code<th>status<th>asking again may help<th>message</tr>{rows}</table></body></html>",
        headers=SAFE,
    )


@router.get("/llms.txt")
def for_models(request: Request) -> Response:
    """The interface in a page of plain Markdown, for a model that is to use it."""
    address = face_of(request).public_url or ""  # no Host header is repeated in a page that anybody may ask for
    formats = "\n".join(f"- `{known.slug}`: {known.description}" for known in all_formats())
    return PlainTextResponse(
        "# clipsight\n\n"
        "> Turns a short video (TikTok, Instagram reel, YouTube short, or a file) into timed, structured JSON.\n\n"
        f'Submit: `POST {address}/v1/jobs` with `{{"url": "..."}}` and perhaps `"format"`. A known answer comes at once'
        " with status 200, else 202 with `pollUrl`. Poll it every 5 seconds until `status` is `success` or `failed`."
        " With `Accept: text/markdown` the answer is Markdown for a model's context; `max_tokens` limits its length.\n\n"
        f"- [Interface]({address}/openapi.json): OpenAPI 3.1\n"
        f"- [Errors]({address}/docs/errors): every code and what helps\n\n"
        f"## Workflow formats\n\n{formats}\n",
        media_type="text/markdown",
    )

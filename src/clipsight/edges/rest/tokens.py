"""Tokens over HTTP, for whoever governs the server: make, list, revoke."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipsight.edges.rest.face import AsAdmin, face_of
from clipsight.edges.rest.intake import json_object
from clipsight.edges.rest.jobs.models import Gone, Refused
from clipsight.edges.rest.render import moment
from clipsight.errors import BadTokenWish, TokenNotFound
from clipsight.store.tokens import OwnLimits, Scope, TokenRecord
from clipsight.usecases.tokens import LONGEST_NAME, USUAL_SCOPES, Tokens, TokenWish

router = APIRouter(prefix="/v1/tokens", tags=["tokens"])

_LIMITS = tuple(OwnLimits.__dataclass_fields__)
_REFUSALS: dict[int | str, dict[str, Any]] = {401: {"model": Refused}, 403: {"model": Refused}}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class TokenLimits(_Part):
    """Instead of the server's; null where the server's hold."""

    per_minute: int | None = Field(default=None, ge=1, description="Submits in 60 seconds")
    unfinished: int | None = Field(default=None, ge=1, description="Jobs under way")
    seconds_per_day: int | None = Field(default=None, ge=1, description="Seconds of video in 24 hours")
    max_bytes: int | None = Field(default=None, ge=1, description="Largest upload")
    max_seconds: int | None = Field(default=None, ge=1, description="Longest video")


class TokenRequest(_Part):
    name: str = Field(max_length=LONGEST_NAME, description="To know it by", examples=["laptop"])
    scopes: list[Scope] = Field(default=sorted(USUAL_SCOPES))
    limits: TokenLimits | None = None


class Token(_Part):
    id: int
    name: str
    prefix: str = Field(description="Its first 16 characters")
    scopes: list[Scope]
    limits: TokenLimits
    created_at: str
    last_used_at: str | None = Field(description="To the minute")
    revoked_at: str | None


class NewToken(Token):
    token: str = Field(description="The token itself, never to be had again")


class TokenList(_Part):
    tokens: list[Token]


def _request_schema() -> dict[str, Any]:
    schema = TokenRequest.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs")  # the answers bring the same parts into the document
    return schema


@router.post(
    "",
    status_code=201,
    response_model=NewToken,
    responses={**_REFUSALS, 400: {"model": Refused}, 413: {"model": Refused}, 415: {"model": Refused}},
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {"schema": _request_schema()}}}},
)
async def create(request: Request, caller: AsAdmin) -> Response:
    """Make a token. The answer is the only one that ever holds it."""
    del caller
    wish = _wish(await json_object(request))
    record, secret = await run_in_threadpool(_tokens(request).create, wish)
    return JSONResponse({**_shown(record), "token": secret}, 201, {"Cache-Control": "no-store"})


@router.get("", response_model=TokenList, responses=_REFUSALS)
def list_all(request: Request, caller: AsAdmin) -> Response:
    """All tokens, oldest first, those that were revoked included."""
    del caller
    return JSONResponse({"tokens": [_shown(record) for record in _tokens(request).all()]})


@router.delete("/{token_id}", status_code=204, responses={**_REFUSALS, 404: {"model": Gone}})
def revoke(request: Request, token_id: str, caller: AsAdmin) -> Response:
    """Refuse a token from now on."""
    del caller
    if not (token_id.isascii() and token_id.isdigit() and len(token_id) <= 19):
        raise TokenNotFound
    _tokens(request).revoke(int(token_id))
    return Response(status_code=204)


def _tokens(request: Request) -> Tokens:
    tokens = face_of(request).tokens
    if tokens is None:
        raise TokenNotFound
    return tokens


def _wish(body: Mapping[str, Any]) -> TokenWish:
    """Raises :class:`BadTokenWish` for what cannot be meant; a limit that is spelled wrong must not be taken for none."""
    name, scopes, limits = body.get("name"), body.get("scopes"), body.get("limits")
    wanted = cast("list[object]", scopes) if isinstance(scopes, list) else list(USUAL_SCOPES) if scopes is None else None
    own = cast("dict[str, object]", limits) if isinstance(limits, dict) else {} if limits is None else None
    keys = {to_camel(name): name for name in _LIMITS}
    if (
        not isinstance(name, str)
        or wanted is None
        or own is None
        or not set(own) <= set(keys)
        or not all(value is None or type(value) is int for value in own.values())
    ):
        raise BadTokenWish(longest=LONGEST_NAME)
    permissions = frozenset(cast("list[Scope]", [scope for scope in wanted if isinstance(scope, str)]))
    if len(permissions) != len(wanted):
        raise BadTokenWish(longest=LONGEST_NAME)
    return TokenWish(name, permissions, OwnLimits(**cast("dict[str, int]", {keys[key]: own[key] for key in own})))


def _shown(record: TokenRecord) -> dict[str, Any]:
    return {
        "id": record.number,
        "name": record.name,
        "prefix": record.prefix,
        "scopes": sorted(record.scopes),
        "limits": {to_camel(name): getattr(record.own, name) for name in _LIMITS},
        "createdAt": moment(record.created_at),
        "lastUsedAt": moment(record.last_used_at) if record.last_used_at is not None else None,
        "revokedAt": moment(record.revoked_at) if record.revoked_at is not None else None,
    }

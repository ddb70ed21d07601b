"""Reads what is submitted: a small JSON object, or a form with a file that goes to the disk while it arrives."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from clipsight.errors import (
    BodyTooLarge,
    RequestError,
    TooLarge,
    UnsupportedContentEncoding,
    UnsupportedContentType,
    UrlMissing,
)
from clipsight.schema.video import Video
from clipsight.source.upload import UploadReceiver
from clipsight.usecases.services import Services
from clipsight.usecases.submit import receiving

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

MAX_JSON_BYTES = 65_536  # a link has at most a few kilobytes
MAX_FIELD_BYTES = 8_192  # of a form, beside the file
MAX_FORM_OVERHEAD = 262_144  # boundaries, headers and fields of a form
MAX_PARTS = 16
WRITE_BLOCK = 1 << 20  # bytes gathered before they are written

M = TypeVar("M", bound=BaseModel)

_JSON_TYPES = frozenset({"application/json", ""})
_CHARSETS = frozenset({"", "utf-8", "utf8", "us-ascii"})  # JSON has one encoding (RFC 8259 §8.1); ASCII is a part of it
_CURL_TYPE = "application/x-www-form-urlencoded"  # what ``curl -d`` says when it is not told what it sends


@dataclass(frozen=True, slots=True)
class Submission:
    """What was asked: a link or a file, a format, who is told, and whether to look anew. Empty texts count as absent."""

    url: str | None
    video: Video | None
    format: str | None
    webhook_url: str | None = None
    refresh: bool = False


@asynccontextmanager
async def submission(request: Request, services: Services, max_bytes: int | None = None) -> AsyncGenerator[Submission]:
    """What a request submits; a file in it lasts as long as the context. ``max_bytes`` is the caller's own limit of files.

    Raises:
        UrlMissing: neither link nor file.
        TooLarge, BodyTooLarge: more than is taken; the rest is not read.
        UnsupportedContentType, UnsupportedContentEncoding, RequestError: something else than was agreed.
        EmptyFile: a file without content.
    """
    kind, options = parse_options_header(request.headers.get("content-type"))
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"identity", ""}:
        raise UnsupportedContentEncoding
    if options.get(b"charset", b"").decode("latin-1").lower() not in _CHARSETS:
        raise UnsupportedContentType
    with ExitStack() as kept:
        try:
            if kind.lower() == b"multipart/form-data":
                found = await _Form(request, services, kept, max_bytes).read(options.get(b"boundary", b""))
            else:
                found = _from_object(await _json_object(request, kind.decode("latin-1").lower()))
            if found.url is None and found.video is None:
                raise UrlMissing
            yield found
        except ClientDisconnect as error:
            raise RequestError from error
        finally:
            await run_in_threadpool(kept.close)


async def json_model(request: Request, model: type[M], limit: int = MAX_JSON_BYTES) -> M:
    """The body as what a route asks for; an empty one counts as an empty object.

    Raises:
        BodyTooLarge, UnsupportedContentType, RequestError: it is something else.
    """
    kind, _ = parse_options_header(request.headers.get("content-type"))
    try:
        found = await _json_object(request, kind.decode("latin-1").lower(), limit)
    except UrlMissing:
        found = {}
    except ClientDisconnect as error:
        raise RequestError from error
    try:
        return model.model_validate(found)
    except ValidationError as error:
        raise RequestError from error


async def json_object(request: Request) -> dict[str, Any]:
    """The JSON object in a body.

    Raises:
        BodyTooLarge, UnsupportedContentType, RequestError: there is none, or it is something else.
    """
    kind, _ = parse_options_header(request.headers.get("content-type"))
    try:
        return await _json_object(request, kind.decode("latin-1").lower())
    except (UrlMissing, ClientDisconnect) as error:
        raise RequestError from error


async def format_in(request: Request) -> str | None:
    """The format that a JSON body asks for, when that can be told without taking it; for what a call would cost."""
    known: str | None = getattr(request.state, "submitted_format", None)
    length, kind = request.headers.get("content-length", ""), request.headers.get("content-type", "")
    if known is not None or "json" not in kind.lower() or not length.isdigit() or int(length) > MAX_JSON_BYTES:
        return known
    try:
        return _from_object(_parsed(bytearray(await request.body()))).format
    except (RequestError, ClientDisconnect, RuntimeError):  # the last: the body was read before, and was no submission
        return None


async def _json_object(request: Request, kind: str, limit: int = MAX_JSON_BYTES) -> dict[str, Any]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge(limit_bytes=limit)
    if not body.strip():
        raise UrlMissing
    if kind == _CURL_TYPE:
        try:
            return _parsed(body)
        except RequestError as error:
            raise UnsupportedContentType from error
    if kind not in _JSON_TYPES:
        raise UnsupportedContentType
    return _parsed(body)


def _parsed(body: bytearray) -> dict[str, Any]:
    try:
        # Decoded here, because the parser would guess at other encodings.
        found = json.loads(body.decode("utf-8-sig"), object_pairs_hook=_no_key_twice)
    except (ValueError, RecursionError) as error:
        raise RequestError from error
    if not isinstance(found, dict):
        raise RequestError
    return found  # pyright: ignore[reportUnknownVariableType] - JSON; every value is checked when it is taken


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers disagree on which of two equal keys counts, so there must not be two."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise RequestError
    return found


def _from_object(body: dict[str, Any]) -> Submission:
    url, wanted, webhook = (_text(body.get(name)) for name in ("url", "format", "webhookUrl"))
    return Submission(url, None, wanted, webhook, _flag(body.get("refresh")))


def _flag(value: object) -> bool:
    """True or false; absent is false."""
    if value is not None and not isinstance(value, bool):
        raise RequestError
    return bool(value)


def _flag_in_words(text: str | None) -> bool:
    """The same in a form, where everything is text."""
    if text not in (None, "true", "false"):
        raise RequestError
    return text == "true"


def _text(value: object) -> str | None:
    """A text that can be stored and sent on; blank counts as absent."""
    if value is None:
        return None
    if not isinstance(value, str) or "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise RequestError
    return value if value.strip() else None


class _Form:
    """A form that is read as it comes: fields into memory, the file to the disk, counted and hashed on the way."""

    def __init__(self, request: Request, services: Services, kept: ExitStack, max_bytes: int | None) -> None:
        self._request = request
        self._services = services
        self._kept = kept
        self._limit = services.limits.max_bytes if max_bytes is None else max_bytes
        self._fields: dict[str, bytearray] = {}
        self._receiver: UploadReceiver | None = None
        self._file_name: str | None = None
        self._field: bytearray | None = None
        self._pending = bytearray()
        self._header_name = b""
        self._header_value = b""
        self._disposition = b""
        self._parts = 0
        self._over = False

    async def read(self, boundary: bytes) -> Submission:
        announced = self._request.headers.get("content-length", "0")
        if announced.isdigit() and int(announced) > self._limit + MAX_FORM_OVERHEAD:
            raise TooLarge(limit_bytes=self._limit)
        received = 0
        try:
            parser = MultipartParser(boundary, self._callbacks())
            async for chunk in self._request.stream():
                received += len(chunk)
                if received > self._limit + MAX_FORM_OVERHEAD:
                    raise TooLarge(limit_bytes=self._limit)
                parser.write(chunk)
                if len(self._pending) >= WRITE_BLOCK:
                    await run_in_threadpool(self._flush)
        except (FormParserError, ValueError) as error:
            raise RequestError from error
        if not self._over:
            raise RequestError
        url, wanted, webhook = map(self._field_text, ("url", "format", "webhookUrl"))
        refresh = _flag_in_words(self._field_text("refresh"))
        if self._file_name is None:
            return Submission(url, None, wanted, webhook, refresh)
        if url is not None:
            raise RequestError  # a link or a file, not both
        return Submission(None, await run_in_threadpool(self._finish), wanted, webhook, refresh)

    def _callbacks(self) -> MultipartCallbacks:
        return {
            "on_part_begin": self._part_begins,
            "on_header_field": self._header_name_comes,
            "on_header_value": self._header_value_comes,
            "on_header_end": self._header_ends,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_end": self._ends,
        }

    def _part_begins(self) -> None:
        self._parts += 1
        self._disposition = b""
        if self._parts > MAX_PARTS:
            raise RequestError

    def _header_name_comes(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _header_value_comes(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _header_ends(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            if self._disposition:
                raise RequestError  # readers disagree on which of two counts
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if name == "file":
            if self._file_name is not None:
                raise RequestError
            self._file_name = options.get(b"filename", b"").decode("utf-8", "replace")
            self._field = None
            return
        if name in self._fields:
            raise RequestError
        self._field = self._fields[name] = bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            self._pending += data[start:end]
            return
        self._field += data[start:end]
        if len(self._field) > MAX_FIELD_BYTES:
            raise BodyTooLarge(limit_bytes=MAX_FIELD_BYTES)

    def _ends(self) -> None:
        self._over = True

    def _flush(self) -> None:
        if self._receiver is None:
            self._receiver = self._kept.enter_context(receiving(self._services, self._file_name or "", self._limit))
        self._receiver.write(bytes(self._pending))
        self._pending.clear()

    def _finish(self) -> Video:
        self._flush()
        assert self._receiver is not None
        return self._receiver.finish()

    def _field_text(self, name: str) -> str | None:
        value = self._fields.get(name)
        if value is None:
            return None
        try:
            return _text(value.decode())
        except UnicodeDecodeError as error:
            raise RequestError from error

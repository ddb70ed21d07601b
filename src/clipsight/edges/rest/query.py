"""The parameters after the question mark, read by hand so that every refusal is in our words, and described for OpenAPI."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args

from starlette.requests import Request

from clipsight.errors import BadParameter, UnknownFormat
from clipsight.formats.output.budget import LEAST_TOKENS, MOST_TOKENS
from clipsight.formats.registry import all_formats, get_format
from clipsight.schema.video import Platform
from clipsight.store.records import Dialect, JobFilter, JobState

PAGE = 20  # jobs, when nobody says how many
LONGEST_PAGE = 100
GREATEST = 2**63 - 1  # number of a job

_WHOLE = re.compile(r"[0-9]{1,19}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII)
_CURSOR = "n"  # what a cursor begins with before it is encoded


def max_tokens(request: Request) -> int | None:
    """The budget of an account in Markdown. Raises :class:`BadParameter`."""
    return _integer(request, "max_tokens", LEAST_TOKENS, MOST_TOKENS)


def job_filter(request: Request, owner: str, dialect: Dialect, words: Mapping[JobState, str]) -> JobFilter:
    """What a list is asked for.

    Args:
        request: holds the parameters.
        owner: who asks.
        dialect: whose jobs are listed.
        words: what the dialect calls the states.

    Raises:
        BadParameter: a value cannot be understood.
    """
    texts = request.query_params
    return JobFilter(
        owner=owner,
        dialect=dialect,
        states=_states(texts.get("status"), words),
        platform=_platform(texts.get("platform")),
        format=_format(texts.get("format")),
        since=_moment(request, "created_after"),
        until=_moment(request, "created_before"),
        below=_below(texts.get("cursor")),
        limit=_integer(request, "limit", 1, LONGEST_PAGE) or PAGE,
        answering=dialect == "jobs",
    )


def cursor(below: int | None) -> str | None:
    """Where the next page begins, for the client to hand back. It opens nothing that its bearer may not see anyway."""
    return base64.urlsafe_b64encode(f"{_CURSOR}{below}".encode()).decode().rstrip("=") if below is not None else None


def _below(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        plain = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise BadParameter(name="cursor", expected="what the page before gave") from error
    if not plain.startswith(_CURSOR) or not _WHOLE.fullmatch(plain[1:]) or int(plain[1:]) > GREATEST:
        raise BadParameter(name="cursor", expected="what the page before gave")
    return int(plain[1:])


def _integer(request: Request, name: str, least: int, most: int) -> int | None:
    text = request.query_params.get(name)
    if text is None:
        return None
    if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
        raise BadParameter(name=name, expected=f"a whole number from {least} to {most}")
    return int(text)


def _states(text: str | None, words: Mapping[JobState, str]) -> frozenset[JobState] | None:
    if text is None:
        return None
    found: frozenset[JobState] = frozenset(state for state, word in words.items() if word == text)
    if not found:
        raise BadParameter(name="status", expected=_one_of(words.values()))
    return found


def _platform(text: str | None) -> Platform | None:
    known: tuple[Platform, ...] = get_args(Platform)
    if text is None:
        return None
    for platform in known:
        if platform == text:
            return platform
    raise BadParameter(name="platform", expected=_one_of(known))


def _format(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return get_format(text).slug
    except UnknownFormat as error:
        raise BadParameter(name="format", expected="the slug of a workflow format") from error


def _moment(request: Request, name: str) -> int | None:
    """Milliseconds since 1970."""
    text = request.query_params.get(name)
    if text is None:
        return None
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text.upper())
        return round(moment.timestamp() * 1000)
    except (ValueError, OverflowError) as error:
        raise BadParameter(name=name, expected="a moment of RFC 3339 with its zone, like 2026-05-22T10:00:00Z") from error


def _one_of(words: Any) -> str:
    return "one of " + ", ".join(sorted(set(words)))


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


TOKENS_PARAMETER = _parameter(
    "max_tokens",
    {"type": "integer", "minimum": LEAST_TOKENS, "maximum": MOST_TOKENS},
    "Longest answer in Markdown, in estimated tokens of a model: what matters least is left out, and a note says what",
)


def list_parameters(words: Mapping[JobState, str], *, with_format: bool) -> list[dict[str, Any]]:
    """The parameters of :func:`job_filter` for OpenAPI."""
    moment = {"type": "string", "format": "date-time"}
    found = [
        _parameter("status", {"type": "string", "enum": list(dict.fromkeys(words.values()))}, "Only jobs that are so"),
        _parameter("platform", {"type": "string", "enum": list(get_args(Platform))}, "Only videos from there"),
        _parameter("created_after", moment, "Only jobs submitted then or later"),
        _parameter("created_before", moment, "Only jobs submitted earlier"),
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE}, "Jobs of a page"),
        _parameter("cursor", {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"}, "What the page before gave for the next"),
    ]
    if with_format:
        slugs = [known.slug for known in all_formats()]
        found.insert(2, _parameter("format", {"type": "string", "enum": slugs}, "Only jobs that asked for this format"))
    return found

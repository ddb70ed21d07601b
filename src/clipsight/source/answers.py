"""What the fetch child says, read as strictly as anything from outside: it has handled hostile data for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from clipsight.source.confinement import FetchIsolation
from clipsight.source.failures import ChildFailure

MAX_BYTES = 2**53  # of progress; far beyond every limit, and exact everywhere


@dataclass(frozen=True, slots=True)
class Progress:
    """Bytes of media so far and of the whole, None when unknown."""

    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """The child holds that it has the video.

    Attributes:
        video_id: which one, as the platform says.
        name: of the file in the media folder; not looked at yet.
        facts: what the platform says about it; not looked at yet.
    """

    video_id: str
    name: str
    facts: Mapping[str, Any]


def read_answer(message: Mapping[str, Any]) -> Progress | Done | ChildFailure | FetchIsolation:
    """One message of the child.

    Raises:
        ValueError: it is none.
    """
    if len(message) != 1:
        raise ValueError("the message says more than one thing, or nothing")
    ((kind, content),) = message.items()
    if kind == "progress":
        return _progress(content)
    if not isinstance(content, dict):
        raise ValueError("the message has another shape")
    fields = cast(dict[str, Any], content)
    if kind == "locks":
        return FetchIsolation(*(fields.get(name) is True for name in ("sockets", "ports", "files")))
    if kind == "done":
        return _done(fields)
    if kind == "failure":
        return ChildFailure.from_message(fields)
    raise ValueError("the message is of an unknown kind")


def _progress(amounts: object) -> Progress:
    if not isinstance(amounts, list) or len(cast(list[Any], amounts)) != 2:
        raise ValueError("progress is not two numbers")
    done, total = cast(list[Any], amounts)
    if not _is_amount(done) or not (total is None or _is_amount(total)):
        raise ValueError("progress is not in bytes")
    return Progress(done, total)


def _is_amount(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_BYTES


def _done(fields: Mapping[str, Any]) -> Done:
    video_id, name = fields.get("id"), fields.get("file")
    if not isinstance(video_id, str) or not isinstance(name, str):
        raise ValueError("the success names no video or no file")
    return Done(video_id, name, fields)

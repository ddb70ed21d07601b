"""The log of the server's processes: lines for people or JSON for machines, and in neither a secret or a signed link."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, Literal

LogFormat = Literal["text", "json"]

_ABOUT: ContextVar[tuple[tuple[str, str], ...]] = ContextVar("about", default=())

# Links to media are signed in their queries or in their paths, addresses of webhooks often are secrets, and a proxy's has a
# password. So no more of a link than its host is told; which video a line is about is said beside it.
_LINK = re.compile(r"(https?|socks\w*)://(?:[^\s\"'<>/@?#]*@)?([^\s\"'<>/?#]+)[^\s\"'<>]*")
_TARGET = re.compile(r"(?<=url: )/[^\s\"']*|(?<=/)[^\s\"'<>/]*\?[^\s\"'<>]+")  # of a request, as libraries tell it: no host
_SECRETS = re.compile(
    r"\b(?:ist_[0-9A-Za-z]{8,}|whsec_[0-9A-Za-z+/=]{8,}|sk-[0-9A-Za-z_-]{8,})"
    r"|(?<=Bearer )[^\s\"',]+"
    r"|(?i:(?<=cookie: )|(?<=cookie\": \"))[^\r\n\"]+"
    r"|(?i:(?<=sessionid=)|(?<=password=)|(?<=token=)|(?<=signature=))[^\s;&\"']+"
)


@contextmanager
def about(**known: str) -> Generator[None]:
    """Say in every line of the context what it is about, such as ``job`` and ``owner``."""
    before = _ABOUT.get()
    token = _ABOUT.set((*before, *known.items()))
    try:
        yield
    finally:
        _ABOUT.reset(token)


def clean(text: str) -> str:
    """The text without what may be a secret."""
    return _SECRETS.sub("…", _TARGET.sub("…", _LINK.sub(r"\1://\2/…", text)))


class TextLines(logging.Formatter):
    """One line for people, with what it is about at its end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        more = "".join(f" {name}={value}" for name, value in _ABOUT.get())
        first, newline, rest = super().format(record).partition("\n")
        return clean(f"{first}{more}{newline}{rest}")


class JsonLines(logging.Formatter):
    """One JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": clean(record.getMessage()),
            "process": record.process,
            **dict(_ABOUT.get()),
        }
        if record.exc_info:
            line["exception"] = clean(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def set_up_logs(form: LogFormat, level: str) -> None:
    """Have this process log to standard error. ``level`` is for our own lines; libraries are heard from warnings on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("clipsight").setLevel(level.upper())
    engine = logging.getLogger("dbos")
    engine.handlers[:] = [logging.NullHandler()]  # without any it would write lines of its own make
    engine.propagate = True

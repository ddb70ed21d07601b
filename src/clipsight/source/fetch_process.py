"""The process of one fetch as its parent sees it: started, listened to, and ended with everything that it started."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any, Self, cast

LOOK_SECONDS = 0.1  # how often a fetch looks whether it was cancelled
BLOCK = 65_536  # bytes read at once
MAX_LINE = 1 << 20  # bytes of one message of the child
STDERR_KEPT = 2_000  # bytes of the child's last words, for the log


class ChildStopped(Exception):
    """The private cause when the child ended without a usable answer: its exit code and its last words."""


class ChildProcess:
    """The child in a process group of its own, with a reader for its messages.

    Its request comes as a file in memory and its errors go to a file without a name: it can neither hold up its parent by
    not reading, nor put something else in the place where the parent reads.

    Args:
        request: what it is asked for.
        environment: all that its libraries may read.
        folder: its working folder.
    """

    def __init__(self, request: Mapping[str, Any], environment: Mapping[str, str], folder: Path) -> None:
        self._request = json.dumps(request).encode() + b"\n"
        self._environment = dict(environment)
        self._folder = folder
        self._open = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            asked = opening.enter_context(os.fdopen(os.memfd_create("request"), "w+b"))
            asked.write(self._request)
            asked.seek(0)
            self._errors = opening.enter_context(tempfile.TemporaryFile(dir=self._folder))
            self._process = subprocess.Popen(  # our own module, no shell
                [sys.executable, "-I", "-m", "clipsight.source.fetch_child"],
                stdin=asked,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env=self._environment,
                cwd=self._folder,
                start_new_session=True,
            )
            opening.callback(self._close_output)
            opening.callback(self.stop)
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def stop(self) -> int:
        """Kill the child and its own children, such as a JavaScript runtime. Returns the exit code."""
        assert self._process is not None
        if self._process.returncode is None:  # not reaped yet, so the number of the group still belongs to it
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()

    def messages(self, check: Callable[[], None]) -> Iterator[Mapping[str, Any]]:
        """The child's messages as they come, until it closes its output.

        Args:
            check: called after every read, and about every :data:`LOOK_SECONDS` without one; what it raises ends the
                listening, however busily the child talks.

        Raises:
            ValueError: what it sends is not what it should send.
        """
        out = self._output()
        pending = b""
        with selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            while True:
                check()
                if not selector.select(LOOK_SECONDS):
                    continue
                block = os.read(out.fileno(), BLOCK)
                if not block:
                    return
                *lines, pending = (pending + block).split(b"\n")
                if len(pending) > MAX_LINE:
                    raise ValueError("the message is too long")
                for line in lines:
                    yield _message(line)
                    check()

    def last_words(self) -> str:
        """What the child said before its end, for the log. It is stopped first."""
        code = self.stop()
        assert self._errors is not None
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - STDERR_KEPT))
        return f"exit code {code}: {self._errors.read(STDERR_KEPT).decode(errors='replace')}"

    def _output(self) -> IO[bytes]:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout

    def _close_output(self) -> None:
        self._output().close()


def _message(line: bytes) -> Mapping[str, Any]:
    try:
        message: Any = json.loads(line)
    except RecursionError as error:
        raise ValueError("the message is nested too deeply") from error
    if not isinstance(message, dict):
        raise ValueError("the message is not an object")
    return cast(dict[str, Any], message)

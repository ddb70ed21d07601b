"""Progress for people: a live line on a terminal, plain lines elsewhere. Always on standard error."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

STAGE_WORDS = {
    "fetch": "fetching the video",
    "decode": "watching and listening",
    "screen_text": "reading text",
    "speech": "listening",
    "keyframes": "choosing keyframes",
    "analysis": "working out what it means",
    "format": "writing the format",
}

MEGABYTE = 1_000_000


class Display(ABC):
    """Takes reports of (stage, share of the whole that is done) and shows them as its stream allows."""

    def __init__(self) -> None:
        self._amount = ""

    def __call__(self, stage: str, fraction: float) -> None:
        words = STAGE_WORDS.get(stage, stage)
        self._show(stage, words + self._amount if stage == "fetch" else words, fraction)

    def arrived(self, done: int, total: int | None) -> None:
        """Bytes of the video so far, and of the whole; they are shown with the next report of the fetch."""
        whole = f" of {total / MEGABYTE:.1f}" if total is not None and total >= done else ""
        self._amount = f", {done / MEGABYTE:.1f}{whole} MB"

    @abstractmethod
    def _show(self, stage: str, words: str, fraction: float) -> None: ...


@contextmanager
def progress_display(stream: TextIO) -> Generator[Display]:
    """A live line on a terminal, plain lines elsewhere."""
    if stream.isatty():
        with _bar(stream) as bar:
            yield _Live(bar)
    else:
        yield _Plain(stream)


def _bar(stream: TextIO) -> Progress:
    columns = (
        TextColumn("{task.description:<26}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("left"),
        TimeRemainingColumn(compact=True),
    )
    return Progress(*columns, console=Console(file=stream), transient=True)


class _Live(Display):
    def __init__(self, bar: Progress) -> None:
        super().__init__()
        self._bar = bar
        self._task = bar.add_task("loading models", total=1.0)

    def _show(self, stage: str, words: str, fraction: float) -> None:
        del stage
        self._bar.update(self._task, description=words, completed=fraction)


class _Plain(Display):
    """One line for each stage that begins; a log is no place for a bar."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._started = time.monotonic()
        self._last = ""

    def _show(self, stage: str, words: str, fraction: float) -> None:
        if stage == self._last:
            return
        self._last = stage
        elapsed = time.monotonic() - self._started
        self._stream.write(f"clipsight: {words} ({fraction:.0%}, {elapsed:.1f} s)\n")
        self._stream.flush()

"""Progress for people: a live line on a terminal, plain lines elsewhere. Always on standard error."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
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

Report = Callable[[str, float], None]


@contextmanager
def progress_display(stream: TextIO) -> Generator[Report]:
    """A function to report (stage, share of the whole that is done) to, shown as the stream allows."""
    if stream.isatty():
        with _live(stream) as report:
            yield report
    else:
        yield _plain(stream)


@contextmanager
def _live(stream: TextIO) -> Generator[Report]:
    columns = (
        TextColumn("{task.description:<26}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("left"),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=Console(file=stream), transient=True) as bar:
        task = bar.add_task("loading models", total=1.0)

        def report(stage: str, fraction: float) -> None:
            bar.update(task, description=STAGE_WORDS.get(stage, stage), completed=fraction)

        yield report


def _plain(stream: TextIO) -> Report:
    """One line for each stage that begins; a log is no place for a bar."""
    started = time.monotonic()
    last = ""

    def report(stage: str, fraction: float) -> None:
        nonlocal last
        if stage != last:
            last = stage
            elapsed = time.monotonic() - started
            stream.write(f"clipsight: {STAGE_WORDS.get(stage, stage)} ({fraction:.0%}, {elapsed:.1f} s)\n")
            stream.flush()

    return report

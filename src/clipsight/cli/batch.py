"""``clipsight analyze --from FILE``: many links and files, one after the other, without a server.

One process perceives them all, so that its models are loaded once. Each item is one line of the output. After each, a state
file says what is over and how long the output is then. It is replaced whole, so that an interruption at any moment leaves a
state that was true; going on cuts off what was written after it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self, TextIO

import click
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from clipsight.errors import ClipsightError
from clipsight.schema.result import Document

STATE_SUFFIX = ".state"  # of the state file beside the output
STANDARD = "-"

Analyse = Callable[[str], Document]


class State(BaseModel):
    """What is over. ``bytes``: length of the output then. ``asked``: what the results were made with."""

    model_config = ConfigDict(extra="forbid")

    asked: dict[str, str]
    done: list[str] = []
    failed: list[str] = []
    bytes: int = 0


@dataclass
class Book:
    """The output with its state. A state without a path is not kept.

    Args:
        output: where the lines go; its position is its end.
        state: what was over before, and is from now on.
        path: of the state file.
        durable: the output is a file of ours, which can be brought to the disk.
    """

    output: BinaryIO
    state: State
    path: Path | None = None
    durable: bool = False
    over: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.over = {*self.state.done, *self.state.failed}

    def write(self, source: str, line: dict[str, Any], *, failed: bool) -> None:
        """One line, and then the state that counts it."""
        content = (json.dumps(line, ensure_ascii=False) + "\n").encode()
        self.output.write(content)
        self.output.flush()
        self.over.add(source)
        (self.state.failed if failed else self.state.done).append(source)
        self.state.bytes += len(content)
        if self.path is not None:
            if self.durable:
                os.fsync(self.output.fileno())  # the state must not outlive a line that it counts
            replace_file(self.path, self.state.model_dump_json())


def replace_file(path: Path, text: str) -> None:
    """The whole text or what was there before, whatever happens."""
    part = path.with_name(path.name + ".part")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def read_state(path: Path | None, asked: dict[str, str]) -> State:
    """The state that is kept there; a new one when there is none.

    Raises:
        click.BadParameter: it is no state, or that of a run that asked for something else.
    """
    if path is None or not path.exists():
        return State(asked=asked)
    try:
        state = State.model_validate_json(path.read_bytes())
    except (ValidationError, OSError) as error:
        raise click.BadParameter(
            f"{path.name} is not the state of a run; remove it to begin anew", param_hint="--state"
        ) from error
    if state.asked != asked:
        raise click.BadParameter(
            f"{path.name} belongs to a run with another --format or --profile; name another, or remove it to begin anew",
            param_hint="--state",
        )
    return state


def read_items(file: Path) -> list[str]:
    """The lines that are neither blank nor comments, each once; ``-`` reads standard input.

    Raises:
        click.BadParameter: the file cannot be read, is not text or names nothing.
    """
    try:
        content = sys.stdin.buffer.read() if str(file) == STANDARD else file.read_bytes()
        lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter("the file cannot be read, or is not text in UTF-8", param_hint="--from") from error
    items = list(dict.fromkeys(line for line in lines if line and not line.startswith("#")))
    if not items:
        raise click.BadParameter("there is no link and no path in it", param_hint="--from")
    return items


@contextmanager
def opened_book(output: Path | None, state: Path | None, asked: dict[str, str]) -> Generator[Book]:
    """The output, cut to where its state says, ready for more.

    Raises:
        click.BadParameter: a file cannot be written, or output and state do not belong together.
    """
    if output is None:
        yield Book(sys.stdout.buffer, read_state(state, asked), state)
        return
    path = state or output.with_name(output.name + STATE_SUFFIX)
    known = read_state(path, asked)
    try:
        file = output.open("r+b" if output.exists() else "x+b")
    except OSError as error:
        raise click.BadParameter("the file cannot be written", param_hint="--to") from error
    with file:
        size = file.seek(0, os.SEEK_END)
        if size < known.bytes or (known.bytes == 0 and size and not path.exists()):
            raise click.BadParameter(
                f"{output.name} is not what {path.name} tells of; name another file, or remove both", param_hint="--to"
            )
        file.seek(known.bytes)
        file.truncate()
        if not path.exists():
            replace_file(path, known.model_dump_json())  # so that a first line without its state is known as ours
        yield Book(file, known, path, durable=True)


class Counts:
    """Shows how many are over: a bar on a terminal, elsewhere a line for each item."""

    def __init__(self, stream: TextIO, total: int) -> None:
        self._stream, self._total = stream, total
        self._bar: Progress | None = None
        if stream.isatty():
            columns = (TextColumn("{task.description:<26}"), BarColumn(), MofNCompleteColumn())
            self._bar = Progress(*columns, console=Console(file=stream), transient=True)
            self._task = self._bar.add_task("beginning", total=total)

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show(self, state: State, code: str | None = None, *, told: bool = True) -> None:
        over = len(state.done) + len(state.failed)
        failed = f", {len(state.failed)} failed" if state.failed else ""
        if self._bar is not None:
            self._bar.update(self._task, description=f"{len(state.done)} done{failed}", completed=over)
        elif told:
            self._stream.write(f"clipsight: {over} of {self._total} over{failed}{f' [{code}]' if code else ''}\n")
            self._stream.flush()


def run_batch(items: Sequence[str], analyse: Analyse, book: Book, counts: Counts) -> bool:
    """Analyse what is not over yet; whether all items that are over went well. An item's error is its line."""
    counts.show(book.state, told=bool(book.over))
    for index, source in enumerate(items):
        if source in book.over:
            continue
        code = None
        try:
            document = analyse(source)
            line = {"index": index, "source": source, "status": "success", "result": json.loads(document.to_json())}
        except ClipsightError as error:
            code = error.code
            more = {"error": error.public_message, "error_code": code, "retryable": error.retryable}
            line = {"index": index, "source": source, "status": "failed", **more}
        book.write(source, line, failed=code is not None)
        counts.show(book.state, code)
    return not any(source in set(book.state.failed) for source in items)

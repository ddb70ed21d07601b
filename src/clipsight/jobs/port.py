"""What the rest of the server sees of the durable engine: a queue to put work on, and what the body of a work may do.

A *work* is a function whose finished steps are remembered: when its worker dies, another one runs it again and the finished
steps answer from memory. Three kinds exist: a ``job`` (one submission), a ``look`` (one look at one video, shared by all
jobs that want it) and an ``errand`` (something small beside them, such as a webhook). What a step returns is kept as JSON,
so it is small: never frames, never whole texts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from sqlalchemy import Connection

from clipsight.store.records import Errand, Failure, Look

Remembered = Mapping[str, str | int | float | bool | None]
"""What a step may return."""

R = TypeVar("R", bound=Remembered)

Ending = Literal["done", "cancelled", "poisoned", "broken"]
"""How a work ended: it ran to its end, was cancelled or ran out of time, killed its workers, or stopped with an error."""


@dataclass(frozen=True, slots=True)
class Knobs:
    """Seconds, unless said otherwise.

    Attributes:
        poll: how often a worker asks each queue for work.
        beat: how often a worker says that it is alive and looks for dead ones.
        ttl: silence after which a worker on another machine counts as dead.
        drain: how long a worker that is told to stop may go on with the step at hand.
        job_timeout: longest life of a job once it runs, waiting for its video included.
        look_timeout: longest life of a look once it runs.
        per_owner: jobs of one owner that run at once, over all machines.
        per_platform: looks at videos of one platform at once, over all machines.
        errands: small things that one worker does at once, such as webhooks.
        errands_per_owner: those of one owner at once, over all machines: a receiver that hangs holds up nobody else's.
        light: jobs that one worker carries at once; most of them only wait.
    """

    poll: float = 1.0
    beat: float = 3.0
    ttl: float = 20.0
    drain: float = 100.0
    job_timeout: float = 900.0
    look_timeout: float = 780.0
    per_owner: int = 3
    per_platform: int = 16
    light: int = 32
    errands: int = 16
    errands_per_owner: int = 4


@dataclass(frozen=True, slots=True)
class Ended:
    """How a look ended; ``failure`` says why a look that ran to its end saw nothing."""

    ending: Ending
    failure: Failure | None = None


class Queue(Protocol):
    """Where a submission leaves its job. Used by processes that run no work themselves."""

    def enqueue(self, connection: Connection, job_id: str, owner: str) -> None:
        """Put a job on the queue as part of the caller's transaction: both are kept, or neither."""
        ...

    def run_later(self, connection: Connection, errand: Errand, delay: float) -> None:
        """Have an errand done after so many seconds, if the caller's transaction is kept."""
        ...

    def cancel(self, *, jobs: Collection[str] = (), looks: Collection[Look] = ()) -> None:
        """Stop works, whether they wait or run. What is over or unknown is left alone."""
        ...

    def endings(self, jobs: Collection[str]) -> dict[str, Ending]:
        """How these jobs ended, of those that did."""
        ...


class Run(Protocol):
    """What the body of a work may do. Everything else must happen inside of steps."""

    async def step(self, name: str, function: Callable[[], Awaitable[R]]) -> R:
        """Run the function, or answer with what it returned when it was run before.

        The function is cancelled (``asyncio.CancelledError``) when its work is.
        """
        ...

    async def look(self, look: Look, platform: str) -> Ended:
        """Wait for the look, which is started if it was not before. Any number of jobs may wait for the same."""
        ...

    async def pause(self, seconds: float) -> None: ...


class Bodies(Protocol):
    """The kinds of work."""

    async def job(self, run: Run, job_id: str) -> None: ...

    async def look(self, run: Run, look: Look) -> Failure | None: ...

    async def errand(self, run: Run, errand: Errand) -> None: ...

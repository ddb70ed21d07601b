"""Keeps the processes of a server alive: starts them, starts them anew when they die, ends them together."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

TICK = 0.2  # seconds between looks at the children; a dead one is replaced that fast
LONG_LIFE = 10.0  # seconds after which a process counts as having worked
MOST_PAUSE = 30.0  # seconds before a process that dies at once is started again
EXIT_WRONG_USE = 2
PIPE_BYTES = 65_536  # what a pipe of Linux holds: all signs of life that waited are read at once
FIRST_READY = 120.0  # seconds for the first answer; loading everything takes a few on a quiet machine


@dataclass(frozen=True, slots=True)
class Plan:
    """How to start one process.

    Attributes:
        name: for the log.
        command: program with its arguments.
        environment: its whole environment.
        descriptors: open descriptors that it inherits.
        ready_variable: variable that tells it on which descriptor to say that it is ready.
        patience: seconds it may take to end when told to.
        pulse_variable: variable that tells it on which descriptor to give signs of life; None when it gives none.
        silence: seconds without one after which it is killed, counted from the first.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    ready_variable: str
    descriptors: Sequence[int] = ()
    patience: float = 10.0
    pulse_variable: str | None = None
    silence: float = 30.0


@dataclass(slots=True)
class _Child:
    plan: Plan
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    due: float = field(default_factory=time.monotonic)
    pulse: int | None = None
    heard: float | None = None


class Supervisor:
    """One of it per server, in the main thread: the kernel ties the life of children to the thread that started them."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._children = [_Child(plan) for plan in plans]
        self._told = 0

    def run(self, ready: Callable[[], None]) -> int:
        """Run until told to stop; returns the exit code.

        ``ready`` is called once, when the first process of the list answers.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._heard)
        self._start_first(ready)
        code = 0
        while not self._told:
            for child in self._children:
                if (ended := self._look_after(child)) is not None:
                    code, self._told = ended, 1
            if not self._told:
                time.sleep(TICK)
        self._end()
        return code

    def _heard(self, number: int, _frame: object) -> None:
        self._told += 1
        if self._told > 1:  # somebody is in a hurry: the children are told again, and then end at once
            self._tell(number)

    def _start_first(self, ready: Callable[[], None]) -> None:
        """Start all; wait until the first says that it is ready."""
        first, *others = self._children
        listening, saying = os.pipe()
        self._start(first, saying)
        os.close(saying)  # so that the end of the process is the end of the pipe
        for child in others:
            self._start(child)
        deadline = time.monotonic() + FIRST_READY
        while not self._told and time.monotonic() < deadline:
            readable, _, _ = select.select([listening], [], [], TICK)
            if readable:
                if os.read(listening, 1):
                    ready()
                break
        os.close(listening)

    def _start(self, child: _Child, saying: int | None = None) -> None:
        """Start the process; with a descriptor, it says there that it is ready."""
        plan = child.plan
        told = {plan.ready_variable: str(saying)} if saying is not None else {}
        beating = None
        if plan.pulse_variable is not None:
            child.pulse, beating = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
            told[plan.pulse_variable] = str(beating)
        child.process = subprocess.Popen(  # noqa: S603 - our own programs
            list(plan.command),
            env={**plan.environment, **told},
            pass_fds=[*plan.descriptors, *map(int, told.values())],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C in the terminal is ours to pass on
        )
        child.started, child.heard = time.monotonic(), None
        if beating is not None:
            os.close(beating)

    def _look_after(self, child: _Child) -> int | None:
        """Start a dead process anew; returns an exit code when there is no point in it."""
        process = child.process
        if process is not None:
            code = process.poll()
            if code is None:
                self._listen(child, process)
                return None
            if code == EXIT_WRONG_USE:
                return code
            lived = time.monotonic() - child.started
            child.pause = 0.0 if lived > LONG_LIFE else min(MOST_PAUSE, max(TICK, 2 * child.pause))
            child.due = time.monotonic() + child.pause
            child.process = None
            if child.pulse is not None:
                os.close(child.pulse)
            log.warning("%s ended with %d after %.0f s; starting it again", child.plan.name, code, lived)
        if time.monotonic() >= child.due:
            self._start(child)
        return None

    def _listen(self, child: _Child, process: subprocess.Popen[bytes]) -> None:
        """Kill a process that gives no sign of life: it may hold a lock that all others wait for."""
        if child.pulse is None:
            return
        now = time.monotonic()
        with suppress(BlockingIOError):
            if os.read(child.pulse, PIPE_BYTES):
                child.heard = now
        if child.heard is not None and now - child.heard > child.plan.silence:
            log.warning("%s gave no sign of life for %.0f s; it is killed", child.plan.name, now - child.heard)
            process.kill()

    def _tell(self, number: int) -> None:
        for child in self._children:
            if child.process is not None and child.process.poll() is None:
                child.process.send_signal(number)

    def _end(self) -> None:
        self._tell(signal.SIGTERM)
        start = time.monotonic()
        for child in self._children:
            if child.process is None:
                continue
            left = child.plan.patience - (time.monotonic() - start)
            try:
                child.process.wait(max(0.0, left))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()

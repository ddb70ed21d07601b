"""Worker threads for looks: bounded, in order where order matters, and always joined."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Condition, Thread
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

WAITING = 12  # looks in the queue; each holds a full picture of some megabytes


class Stopped(Exception):
    """The pool was stopped while a worker waited for its turn."""


class OrderedPool(Generic[T, R]):
    """Runs ``find`` for several items at once, and ``settle`` for one item after the other in the order they were put.

    ``settle`` answers with the work that is left for the item, which runs at once again, beside the others.
    The first exception of a worker stops all of them and is raised in :meth:`finish`.
    """

    def __init__(
        self, find: Callable[[T], R], settle: Callable[[T, R], Callable[[], None]], workers: int, name: str
    ) -> None:
        self._find, self._settle = find, settle
        self._items: deque[tuple[int, T]] = deque()
        self._changed = Condition()
        self._put = self._turn = 0
        self._closed = self._stopped = False
        self._error: BaseException | None = None
        self._threads = [Thread(target=self._work, name=f"{name}-{n}", daemon=True) for n in range(workers)]
        self._started = False

    def put(self, item: T, most: int = WAITING) -> None:
        """Queue an item. Waits while ``most`` others wait; a failed pool takes nothing."""
        if not self._started:
            self._started = True
            for thread in self._threads:
                thread.start()
        with self._changed:
            self._changed.wait_for(lambda: len(self._items) < min(most, WAITING) or self._stopped)
            if self._stopped:
                return
            self._items.append((self._put, item))
            self._put += 1
            self._changed.notify_all()

    def finish(self) -> None:
        """Wait until everything is done and the threads are gone.

        Raises:
            BaseException: what a worker raised first.
        """
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._join()
        if self._error is not None:
            raise self._error

    def stop(self) -> None:
        """Drop what waits and wait for the threads; an item in work is finished first."""
        self._halt(None)
        self._join()

    def _join(self) -> None:
        if self._started:
            for thread in self._threads:
                thread.join()

    def _halt(self, error: BaseException | None) -> None:
        with self._changed:
            self._stopped = True
            self._error = self._error or error
            self._items.clear()
            self._changed.notify_all()

    def _work(self) -> None:
        try:
            while (taken := self._take()) is not None:
                number, item = taken
                found = self._find(item)
                self._await_turn(number)
                rest = self._settle(item, found)
                self._end_turn()
                rest()
        except Stopped:
            return
        except BaseException as error:  # the top of a thread: recorded here, raised in finish()
            self._halt(error)

    def _take(self) -> tuple[int, T] | None:
        with self._changed:
            self._changed.wait_for(lambda: bool(self._items) or self._closed or self._stopped)
            if self._stopped or not self._items:
                return None
            taken = self._items.popleft()
            self._changed.notify_all()
            return taken

    def _await_turn(self, number: int) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._turn == number or self._stopped)
            if self._stopped:
                raise Stopped

    def _end_turn(self) -> None:
        with self._changed:
            self._turn += 1
            self._changed.notify_all()

from __future__ import annotations

import asyncio
import threading

import pytest

from clipsight.errors import JobCancelled, NetworkError, PrivateVideo, SourceTimeout
from clipsight.jobs import steps
from clipsight.jobs.steps import Superseded, attempt, from_remembered, in_thread, to_remembered
from clipsight.store.records import Failure


class MemoryRun:
    """Runs steps at once and writes down the pauses."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    async def step(self, name, function):
        return await function()

    async def pause(self, seconds):
        self.pauses.append(seconds)


def tries(error: Exception | None, good_at: int = 99) -> tuple[Failure | None, list[float], int]:
    run, count = MemoryRun(), 0

    def blocking(_cancel):
        nonlocal count
        count += 1
        if error is not None and count < good_at:
            raise error
        return {}

    failure = asyncio.run(attempt(run, "fetch", blocking))
    return failure, run.pauses, count


def test_success_needs_one_try():
    assert tries(None) == (None, [], 1)


def test_what_passes_is_tried_again_with_pauses():
    failure, pauses, count = tries(NetworkError())
    assert failure == Failure("network", NetworkError.message, retryable=True)
    assert (pauses, count) == ([1.0, 2.0], 3)
    assert tries(NetworkError(), good_at=2) == (None, [1.0], 2)


def test_what_lasts_is_not_tried_again():
    failure, pauses, count = tries(PrivateVideo())
    assert failure is not None
    assert (failure.code, failure.retryable, pauses, count) == ("private", False, [], 1)


def test_a_fetch_that_ran_out_of_time_is_not_tried_again():
    """Its time is what the operator allows for all tries together."""
    failure, pauses, count = tries(SourceTimeout())
    assert failure is not None
    assert (failure.code, failure.retryable, pauses, count) == ("timeout", True, [], 1)


def test_what_nobody_foresaw_has_a_code_and_no_foreign_words():
    failure, _, count = tries(ValueError("secret words"))
    assert failure is not None
    assert (failure.code, count) == ("internal", 3)
    assert "secret" not in failure.message


def test_being_superseded_is_not_a_failure_of_the_job():
    with pytest.raises(Superseded):
        tries(Superseded())


def test_a_cancelled_step_tells_its_thread_and_waits_for_its_end():
    begun, ended = threading.Event(), threading.Event()

    def blocking(cancel: threading.Event):
        begun.set()
        assert cancel.wait(10)
        ended.set()
        raise JobCancelled

    async def scene() -> None:
        task = asyncio.create_task(in_thread(blocking))
        await asyncio.to_thread(begun.wait)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert ended.is_set()

    asyncio.run(scene())


def test_failures_survive_the_memory_of_the_engine():
    failure = Failure("private", "The video is private", retryable=False)
    assert from_remembered(to_remembered(failure)) == failure
    assert from_remembered(to_remembered(None)) is None


def test_every_code_that_is_tried_again_exists():
    from clipsight.errors import by_code

    assert set(by_code()) >= steps.CURED_BY_TRYING

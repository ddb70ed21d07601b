from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping

import pytest
from sqlalchemy.exc import OperationalError

from clipsight.edges.rest import events
from clipsight.edges.rest.events import JobEvents
from clipsight.edges.rest.watcher import Watcher
from clipsight.errors import TooManyStreams
from clipsight.store.records import Standing


def at(fraction: float, state: str = "running", job: str = "j") -> Standing:
    return Standing(job, state, "decode", fraction, state if state == "succeeded" else f"{state}-{fraction}")


class Jobs:
    """Stands in for the database; says how often it was asked for what."""

    def __init__(self) -> None:
        self.now: dict[str, Standing] = {}
        self.asked: list[list[str]] = []
        self.broken = 0

    async def until(self, holds: Callable[[], bool]) -> None:
        while not holds():  # noqa: ASYNC110 - the watcher tells nobody about its rounds
            await asyncio.sleep(0)

    def ask(self, ids: Collection[str]) -> Mapping[str, Standing]:
        self.asked.append(list(ids))
        if self.broken:
            self.broken -= 1
            raise OperationalError("SELECT", {}, Exception("no database"))
        return {job: self.now[job] for job in ids if job in self.now}


class Listener:
    """The other end of a stream."""

    def __init__(self) -> None:
        self.chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self.left = asyncio.Event()
        self.ended = False

    async def send(self, message) -> None:
        if message["type"] == "http.response.body":
            self.ended = not message["more_body"]
            if message["body"]:
                self.chunks.put_nowait(message["body"])

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def event(self) -> list[str]:
        """The lines of the next event."""
        chunk = await asyncio.wait_for(self.chunks.get(), 20)
        return chunk.decode().split("\n") if not chunk.startswith(b"retry") else await self.event()


def stream(watcher: Watcher, first: Standing, told: str | None = None) -> tuple[Listener, asyncio.Task[None]]:
    async def outcome():
        return {"status": "success"}

    listener = Listener()
    answer = JobEvents(
        watcher, watcher.follow(first.id), first, told=told, during=lambda now: {"at": now.fraction}, outcome=outcome
    )
    return listener, asyncio.create_task(answer({"type": "http"}, listener.receive, listener.send))


def test_each_change_is_told_once_and_the_end_closes_the_stream():
    jobs = Jobs()

    async def scene() -> None:
        watcher = Watcher(jobs.ask, step=0.001)
        jobs.now["j"] = at(0.1)
        listener, task = stream(watcher, at(0.1))
        assert await listener.event() == ["event: progress", "id: running-0.1", 'data: {"at": 0.1}', "", ""]
        jobs.now["j"] = at(0.5)
        assert (await listener.event())[1] == "id: running-0.5"
        jobs.now["j"] = at(1.0, "succeeded")
        assert await listener.event() == ["event: done", "id: succeeded", 'data: {"status": "success"}', "", ""]
        await asyncio.wait_for(task, 20)
        assert listener.ended
        assert watcher.open == 0

    asyncio.run(scene())


def test_what_was_told_before_the_break_is_not_told_again():
    jobs = Jobs()

    async def scene() -> None:
        watcher = Watcher(jobs.ask, step=0.001)
        jobs.now["j"] = at(0.1)
        listener, task = stream(watcher, at(0.1), told="running-0.1")
        jobs.now["j"] = at(0.2)
        assert (await listener.event())[1] == "id: running-0.2"
        listener.left.set()
        await asyncio.wait_for(task, 20)

    asyncio.run(scene())


def test_all_streams_share_one_question_and_none_is_asked_when_nobody_listens():
    jobs = Jobs()

    async def scene() -> None:
        watcher = Watcher(jobs.ask, step=0.001)
        jobs.now |= {"j": at(0.1), "k": at(0.1, job="k")}
        streams = [stream(watcher, jobs.now[job]) for job in ("j", "j", "j", "k")]
        for listener, _ in streams:
            await listener.event()
        assert watcher.open == 4
        await jobs.until(lambda: len(jobs.asked) >= 3)
        assert all(sorted(ids) == ["j", "k"] for ids in jobs.asked)
        for listener, _ in streams:
            listener.left.set()
        await asyncio.wait_for(asyncio.gather(*(task for _, task in streams)), 20)
        assert watcher.open == 0
        await jobs.until(lambda: watcher._task is None)
        count = len(jobs.asked)
        listener, task = stream(watcher, jobs.now["j"])  # and it begins again
        await listener.event()
        jobs.now["j"] = at(0.3)
        await listener.event()
        assert len(jobs.asked) > count
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert watcher.open == 0

    asyncio.run(scene())


def test_a_job_that_is_deleted_ends_its_streams():
    jobs = Jobs()

    async def scene() -> None:
        watcher = Watcher(jobs.ask, step=0.001)
        listener, task = stream(watcher, at(0.1))
        assert (await listener.event())[0] == "event: progress"
        assert (await listener.event())[0] == "event: gone"
        await asyncio.wait_for(task, 20)
        assert listener.ended

    asyncio.run(scene())


def test_a_database_that_fails_once_costs_nothing(caplog):
    jobs = Jobs()
    jobs.broken = 2

    async def scene() -> None:
        watcher = Watcher(jobs.ask, step=0.001)
        listener, task = stream(watcher, at(0.1))
        await listener.event()
        jobs.now["j"] = at(1.0, "succeeded")
        assert (await listener.event())[0] == "event: done"
        await asyncio.wait_for(task, 20)

    asyncio.run(scene())
    assert "could not be read" in caplog.text


def test_silence_is_filled_with_comments(monkeypatch):
    monkeypatch.setattr(events, "HEARTBEAT", 0.001)
    jobs = Jobs()
    jobs.now["j"] = at(0.1)

    async def scene() -> None:
        watcher = Watcher(jobs.ask, step=0.001)
        listener, task = stream(watcher, at(0.1))
        await listener.event()
        assert await listener.event() == [": still here", "", ""]
        assert await listener.event() == [": still here", "", ""]
        listener.left.set()
        await asyncio.wait_for(task, 20)

    asyncio.run(scene())


def test_a_listener_that_does_not_read_is_left(monkeypatch):
    monkeypatch.setattr(events, "SEND_PATIENCE", 0.01)
    jobs = Jobs()

    async def scene() -> None:
        watcher = Watcher(jobs.ask, step=0.001)
        listener = Listener()

        async def stuck(message) -> None:
            if message["type"] == "http.response.body":
                await asyncio.Event().wait()

        answer = JobEvents(watcher, watcher.follow("j"), at(0.1), told=None, during=lambda _: {}, outcome=None)
        await asyncio.wait_for(answer({"type": "http"}, listener.receive, stuck), 20)
        assert watcher.open == 0

    asyncio.run(scene())


def test_there_is_a_limit_and_a_stopping_server_opens_none():
    async def scene() -> None:
        watcher = Watcher(Jobs().ask, limit=2, step=0.001)
        first = watcher.follow("a")
        watcher.follow("a")
        with pytest.raises(TooManyStreams):
            watcher.follow("b")
        watcher.leave(first)
        watcher.leave(first)
        again = watcher.follow("b")
        watcher.close()
        assert again.over
        with pytest.raises(TooManyStreams):
            watcher.follow("b")

    asyncio.run(scene())

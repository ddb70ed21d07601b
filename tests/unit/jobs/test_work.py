"""The time that fetching may take is one for all tries of a job."""

from __future__ import annotations

import asyncio
import threading
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from clipsight.errors import NetworkError, SourceTimeout
from clipsight.jobs import bodies, work
from clipsight.jobs.bodies import LookBody
from clipsight.jobs.work import PipelineWork, Wanted
from clipsight.pipeline.perceiver import PerceiverSettings
from clipsight.pipeline.run import Options
from clipsight.schema.video import VideoRef
from clipsight.store.records import Look

REF = VideoRef("tiktok", "7301234567890123456", "https://www.tiktok.com/@_/video/7301234567890123456")


class Obtained(Exception):
    pass


@pytest.mark.parametrize(("spent", "left"), [(0.0, 90.0), (60.0, 30.0), (89.5, 0.5)])
def test_a_later_try_has_what_the_earlier_ones_left(spent: float, left: float, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Options] = []

    def obtain(_ref: VideoRef, _into: Path, options: Options, *_: object) -> None:
        given.append(options)
        raise Obtained

    monkeypatch.setattr(work, "obtain", obtain)
    with pytest.raises(Obtained):
        fetch(spent)
    assert given[0].fetch_limits.deadline_seconds == left


@pytest.mark.parametrize("spent", [90.0, 300.0])
def test_without_time_left_nothing_is_started(spent: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "obtain", lambda *_: pytest.fail("started"))
    with pytest.raises(SourceTimeout):
        fetch(spent)


def fetch(spent: float) -> None:
    pipeline = PipelineWork(Options(fetch_seconds=90.0), PerceiverSettings())
    wanted = Wanted(REF, 180, signed_in=True, spent=spent)
    pipeline.fetch(wanted, Path("nowhere"), lambda _stage, _share: None, threading.Event())


class Run:
    """Runs steps at once; its clock stands still but for the pauses and for the tries, each of which takes 20 seconds."""

    now = 1000.0

    async def step(self, _name: str, function: Any) -> Any:
        return await function()

    async def pause(self, seconds: float) -> None:
        self.now += seconds


def test_a_look_counts_its_tries_and_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    run, spent = Run(), list[float]()

    def obtain(_body: LookBody, _look: Look, wanted: Wanted, _cancel: object) -> None:
        spent.append(wanted.spent)
        run.now += 20
        raise NetworkError

    monkeypatch.setattr(bodies, "time", SimpleNamespace(monotonic=lambda: run.now))
    monkeypatch.setattr(bodies, "media_of", lambda *_: None)
    monkeypatch.setattr(LookBody, "_take", lambda *_: SimpleNamespace(platform="tiktok", video_id="1", url="u"))
    monkeypatch.setattr(bodies, "longest_wish", lambda *_: 180)
    monkeypatch.setattr(LookBody, "_fail", lambda *_: {})
    monkeypatch.setattr(LookBody, "_obtain", obtain)
    shop = SimpleNamespace(database=SimpleNamespace(reading=lambda: nullcontext(None)))
    failure = asyncio.run(LookBody(cast(Any, shop)).run(cast(Any, run), Look("key", 1)))
    assert failure is not None
    assert (failure.code, spent) == ("network", [0.0, 21.0, 43.0])

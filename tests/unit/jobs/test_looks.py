"""What a look is told to do for the jobs that wait for it, and what each of them is told in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from clipsight.errors import JobCancelled, TooLong, Unavailable
from clipsight.jobs.bodies import AllBodies, LookBody, Workshop
from clipsight.jobs.port import Ended
from clipsight.jobs.work import Given, PipelineWork, Seen, Wanted
from clipsight.pipeline.options import Options
from clipsight.pipeline.perceiver import PerceiverSettings
from clipsight.schema.video import PlatformFacts, Video, VideoRef
from clipsight.source.links import Link
from clipsight.source.options import FetchSettings
from clipsight.store.jobs import job_by_id
from clipsight.testing.example import example_document
from clipsight.testing.store import fresh_services
from clipsight.usecases.services import Services
from clipsight.usecases.submit import Wish, submit_link

LINK = "https://www.instagram.com/reel/Chunk8-jurw/"
SHORT = "https://www.instagram.com/share/reel/BARSSL4rTu"
JOBS = Wish("local", "jobs", None, 180, frozenset({"instagram"}))
REELS = replace(JOBS, dialect="reels", max_seconds=90)
EXAMPLE_SECONDS = example_document(VideoRef("instagram", "Chunk8-jurw", LINK)).video.duration


@dataclass
class Recorder:
    """A pipeline for a video of so many seconds, which notes what it was told."""

    seconds: float = EXAMPLE_SECONDS
    told_by_platform: bool = True
    gone: bool = False
    meanwhile: list = field(default_factory=list)
    fetches: list[Wanted] = field(default_factory=list)
    looks: list[Given] = field(default_factory=list)

    def start(self) -> None: ...

    def close(self) -> None: ...

    def fetch(self, wanted, into, progress, cancel):
        self.fetches.append(wanted)
        for happen in self.meanwhile:
            happen()
        self.meanwhile = []
        if self.gone:
            raise Unavailable
        if self.told_by_platform and self.seconds > wanted.max_seconds:
            raise TooLong(limit_seconds=wanted.max_seconds)
        path = into / "video.mp4"
        path.write_bytes(b"film")
        return Video(wanted.ref, path, PlatformFacts())

    def look(self, given, progress, cancel):
        self.looks.append(given)
        if self.seconds > given.max_seconds:
            raise TooLong(limit_seconds=given.max_seconds)
        return Seen("{}", {})

    def conclude(self, seen, format_slug):
        document = example_document(VideoRef("instagram", "Chunk8-jurw", LINK), format_slug=format_slug)
        return document.model_copy(update={"video": document.video.model_copy(update={"duration": self.seconds})})


class Direct:
    """A run without an engine: steps are run at once, and looks on the spot."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def step(self, name, function):
        return await function()

    async def look(self, look, platform):
        return Ended("done", await LookBody(self._shop).run(self, look))

    async def pause(self, seconds): ...


@pytest.fixture
def services(tmp_path) -> Iterator[Services]:
    with fresh_services(tmp_path) as made:
        yield made


def worked(services: Services, work: Recorder, *job_ids: str) -> list[tuple[str, str | None, str | None]]:
    """Run the jobs one after the other; state, code and message of each."""
    shop = Workshop(services.database, services.blobs, work, "w")
    for job_id in job_ids:
        asyncio.run(AllBodies(shop).job(Direct(shop), job_id))
    with services.database.reading() as connection:
        found = [job_by_id(connection, job_id) for job_id in job_ids]
    return [(job.state, job.error and job.error.code, job.error and job.error.message) for job in found]


# ── whose look it is decides about cookies, not who has them ──


@pytest.mark.parametrize("signed_in", [frozenset(), frozenset({"instagram"})])
def test_the_look_says_whether_cookies_may_be_sent(services, signed_in):
    job = submit_link(replace(services, signed_in=signed_in), LINK, JOBS).job
    work = Recorder()
    assert worked(services, work, job.id) == [("succeeded", None, None)]
    assert [wanted.signed_in for wanted in work.fetches] == [bool(signed_in)]


@pytest.mark.parametrize(
    ("owned", "cookies", "sent"),
    [
        (True, {"instagram": "jar"}, {"instagram": "jar"}),
        (False, {"instagram": "jar"}, {}),  # the API knows of no cookies, the worker does
        (True, {}, {}),  # the API knows of cookies, the worker has none
    ],
)
def test_a_worker_with_other_cookies_than_the_api_shows_nothing_to_strangers(monkeypatch, tmp_path, owned, cookies, sent):
    asked = []

    def obtain(ref, into, options, progress, cancel):
        asked.append(options)
        raise JobCancelled

    monkeypatch.setattr("clipsight.jobs.work.obtain", obtain)
    with closing(PipelineWork(Options(fetch=FetchSettings(cookies=cookies)), PerceiverSettings())) as work:
        wanted = Wanted(VideoRef("instagram", "Chunk8-jurw", LINK), 90, owned)
        with pytest.raises(JobCancelled):
            work.fetch(wanted, Path(tmp_path), lambda _stage, _share: None, None)
    assert [(options.fetch.cookies, options.max_seconds) for options in asked] == [(sent, 90)]


# ── a limit of a dialect holds before the work, and for its own jobs alone ──


@pytest.mark.parametrize(("told", "looks"), [(True, 0), (False, 1)])
def test_a_video_too_long_for_all_who_wait_is_refused_as_soon_as_its_length_is_known(services, told, looks):
    job = submit_link(services, LINK, REELS).job
    work = Recorder(seconds=120, told_by_platform=told)
    (outcome,) = worked(services, work, job.id)
    assert outcome[:2] == ("failed", "too_long")
    assert "90 seconds" in outcome[2]
    assert [wanted.max_seconds for wanted in work.fetches] == [90]
    assert len(work.looks) == looks


def test_that_refusal_is_not_for_those_who_take_more(services):
    reel = submit_link(services, LINK, REELS).job
    work = Recorder(seconds=120)
    worked(services, work, reel.id)
    assert submit_link(services, LINK, REELS).job.look == reel.look, "believed for the same wish"
    job = submit_link(services, LINK, JOBS).job
    assert job.generation > reel.generation
    assert worked(services, work, job.id) == [("succeeded", None, None)]
    assert [wanted.max_seconds for wanted in work.fetches] == [90, 180]


def test_who_takes_more_and_comes_while_the_look_goes_on_is_waited_for(services):
    work = Recorder(seconds=120)
    reel = submit_link(services, LINK, REELS).job
    joined = []
    work.meanwhile.append(lambda: joined.append(submit_link(services, LINK, JOBS).job))
    (outcome,) = worked(services, work, reel.id)
    assert joined[0].look == reel.look
    assert outcome[:2] == ("failed", "too_long"), "each job has its own limit"
    assert worked(services, work, joined[0].id) == [("succeeded", None, None)]
    assert [wanted.max_seconds for wanted in work.fetches] == [90, 180]


def test_a_known_account_of_a_longer_video_is_not_handed_out(services):
    job = submit_link(services, LINK, JOBS).job
    work = Recorder(seconds=120)
    worked(services, work, job.id)
    reel = submit_link(services, LINK, REELS)
    assert (reel.document, reel.job.look) == (None, job.look)
    (outcome,) = worked(services, work, reel.job.id)
    assert outcome[:2] == ("failed", "too_long")


# ── what a link says of the account that gave it out ──


@pytest.mark.parametrize(("private", "code"), [(True, "private"), (False, "unavailable")])
def test_a_short_link_may_lead_to_a_link_of_a_private_account(services, private, code):
    found = Link(VideoRef("instagram", "Chunk8-jurw", LINK), needs_cookies=private)
    job = submit_link(replace(services, resolve=lambda _short: found), SHORT, REELS).job
    assert job.submitted_url == SHORT
    (outcome,) = worked(services, Recorder(gone=True), job.id)
    assert outcome[:2] == ("failed", code)

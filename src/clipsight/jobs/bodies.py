"""What a job and a look do, step by step: fetch → perceive, shared by all jobs that want the video; then analyse → save."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from pydantic import TypeAdapter

from clipsight.errors import ClipsightError, FileMissing, JobPoisoned, JobTimeout, PrivateVideo, TooLong, Unavailable
from clipsight.jobs.counting import count_stage
from clipsight.jobs.ending import JobEnded, conclude_job
from clipsight.jobs.logs import about
from clipsight.jobs.port import Ended, Ending, Remembered, Run
from clipsight.jobs.states import sources
from clipsight.jobs.steps import ProgressNotes, Superseded, attempt, failure_of, step_of, to_remembered
from clipsight.jobs.work import Given, Seen, Wanted, Work
from clipsight.schema.result import Document
from clipsight.schema.video import PlatformFacts, Video, VideoRef
from clipsight.store.blobs import BlobStore, hash_file
from clipsight.store.database import Database, clock, patiently
from clipsight.store.jobs import job_by_id, longest_wish, start_job
from clipsight.store.records import Errand, Failure, JobRecord, Look, MediaRecord, Outcome, VideoRecord
from clipsight.store.submissions import settle_seconds
from clipsight.store.videos import (
    end_look,
    give_up_look,
    holds_video,
    keep_media,
    keep_result,
    keep_sight,
    keyframes_of,
    media_of,
    result_of,
    sight_of,
    take_video,
)

log = logging.getLogger(__name__)

ErrandBody = Callable[[Errand], Awaitable[None]]
"""Does an errand; may be called again for the same one after a crash."""

_FACTS = TypeAdapter(PlatformFacts)
# A job is taken up by a worker when it begins, and again when its document is made: three tries of that, after a fourth
# worker began it. While it waits for its video nobody takes it up, so what stops a worker meanwhile is not its doing.
MOST_HOLDERS = 4

_NOTHING: Remembered = MappingProxyType({})

_ENDED_BADLY: Mapping[Ending, type[ClipsightError]] = {
    "cancelled": JobTimeout,
    "poisoned": JobPoisoned,
    "broken": ClipsightError,
}


def facts_to_json(facts: PlatformFacts) -> str:
    return _FACTS.dump_json(facts).decode()


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the bodies work with.

    Attributes:
        worker: name of this worker; what it writes is refused once another one has taken over.
        ended: told of each job that ends.
        errands: what can be done beside the jobs, by name.
    """

    database: Database
    blobs: BlobStore
    work: Work
    worker: str
    ended: Sequence[JobEnded] = ()
    errands: Mapping[str, ErrandBody] = field(default_factory=dict[str, ErrandBody])


class LookBody:
    """One look at one video, however many jobs wait for it."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def run(self, run: Run, look: Look) -> Failure | None:
        """Look no longer than the jobs that wait for it allow, and again when one came meanwhile that allows more."""
        while True:
            asked = await run.step("ask", step_of(partial(self._ask, look)))
            seconds = int(asked["seconds"] or 0)
            failure = await attempt(run, "fetch", partial(self._fetch, look, seconds, time.monotonic()))
            if failure is None:
                failure = await attempt(run, "perceive", partial(self._perceive, look, seconds))
            if failure is None:
                return None
            ended = await run.step("fail", step_of(partial(self._fail, look, failure, seconds)))
            if not ended.get("again"):
                return failure

    def _ask(self, look: Look) -> Remembered:
        with self._shop.database.reading() as connection:
            return {"seconds": longest_wish(connection, look)}

    def _fetch(self, look: Look, seconds: int, begun: float, cancel: threading.Event) -> Remembered:
        video = self._take(look)
        if self._media_of(look) is None:
            wanted = Wanted(_ref(video), seconds, look.owned, spent=time.monotonic() - begun)
            self._obtain(look, wanted, cancel)
        return dict(_NOTHING)

    def _perceive(self, look: Look, seconds: int, cancel: threading.Event) -> Remembered:
        record = self._take(look)
        shop = self._shop
        media = self._media(look, Wanted(_ref(record), seconds, look.owned), cancel)
        notes = ProgressNotes(shop.database, look, shop.worker, cancel)
        started = time.monotonic()
        with shop.blobs.lend(media.blob) as path:
            video = Video(_ref(record), path, _FACTS.validate_json(media.facts))
            seen = shop.work.look(Given(video, seconds, media.fetch_seconds), notes, cancel)
        pictures = {keyframe: shop.blobs.put_bytes(picture) for keyframe, picture in seen.keyframes.items()}
        patiently(partial(self._keep, look, seen, pictures, time.monotonic() - started))
        return dict(_NOTHING)

    def _keep(self, look: Look, seen: Seen, pictures: Mapping[str, str], took: float) -> None:
        shop = self._shop
        with shop.database.writing() as connection:
            if not holds_video(connection, look, shop.worker):
                raise Superseded
            for picture in seen.keyframes.values():
                shop.blobs.put_bytes(picture)  # a deletion may have taken one of the same content meanwhile
            now = clock(connection)
            keep_sight(connection, look, seen.sight, pictures, now)
            count_stage(connection, "perceive", took)
            end_look(connection, look, shop.worker, at=now)

    def _fail(self, look: Look, failure: Failure, seconds: int) -> Remembered:
        """Write the failure down, unless a job waits by now for which the video is not too long."""
        with self._shop.database.writing() as connection:
            if take_video(connection, look, self._shop.worker) is not None:
                if failure.code == TooLong.code and longest_wish(connection, look) > seconds:
                    return {"again": True}
                end_look(connection, look, self._shop.worker, at=clock(connection), failure=failure)
        return dict(_NOTHING)

    def _take(self, look: Look) -> VideoRecord:
        def take() -> VideoRecord | None:
            with self._shop.database.writing(beside_others=True) as connection:
                return take_video(connection, look, self._shop.worker)

        video = patiently(take)
        if video is None:
            raise Superseded
        return video

    def _media_of(self, look: Look) -> MediaRecord | None:
        def read() -> MediaRecord | None:
            with self._shop.database.reading() as connection:
                return media_of(connection, look)

        return patiently(read)

    def _media(self, look: Look, wanted: Wanted, cancel: threading.Event) -> MediaRecord:
        """The file of the look; fetched again when it is gone, as after a move to another machine."""
        media = self._media_of(look)
        if media is not None:
            if self._shop.blobs.has(media.blob):
                return media
            log.warning("the file of a look is gone; it is fetched again")
        return self._obtain(look, wanted, cancel)

    def _obtain(self, look: Look, wanted: Wanted, cancel: threading.Event) -> MediaRecord:
        if wanted.ref.platform == "file":
            raise FileMissing
        shop = self._shop
        notes = ProgressNotes(shop.database, look, shop.worker, cancel)
        started = time.monotonic()
        with shop.blobs.workplace() as folder:
            fetched = shop.work.fetch(wanted, folder, notes, cancel)
            took = time.monotonic() - started
            blob = hash_file(fetched.path)
            media = MediaRecord(blob, fetched.path.stat().st_size, facts_to_json(fetched.facts), took)
            shop.blobs.put_file(fetched.path, blob)  # before the transaction, in which it would take long
            patiently(partial(self._keep_media, look, media, fetched.path))
        return media

    def _keep_media(self, look: Look, media: MediaRecord, path: Path) -> None:
        shop = self._shop
        with shop.database.writing() as connection:
            if not holds_video(connection, look, shop.worker):
                raise Superseded
            shop.blobs.put_file(path, media.blob)  # a deletion may have taken it meanwhile
            keep_media(connection, look, media, clock(connection))
            count_stage(connection, "fetch", media.fetch_seconds or 0.0)


class JobBody:
    """One submission: wait for the look, conclude, write the outcome down."""

    def __init__(self, shop: Workshop) -> None:
        self._shop = shop

    async def run(self, run: Run, job_id: str) -> None:
        begun = await run.step("begin", step_of(partial(self._begin, job_id)))
        if "key" not in begun:
            return
        with about(owner=str(begun.get("owner", "")), video=str(begun["key"])):
            await self._work(run, job_id, begun)

    async def _work(self, run: Run, job_id: str, begun: Remembered) -> None:
        look = Look(str(begun["key"]), int(begun["generation"] or 0))
        ended = Ended("done") if begun["seen"] else await run.look(look, str(begun["platform"]))
        analyse = partial(self._analyse, job_id, ended.ending)
        failure = ended.failure or await attempt(run, "analyse", lambda _cancel: patiently(analyse))
        await run.step("save", step_of(partial(self._save, job_id, failure)))

    def _begin(self, job_id: str) -> Remembered:
        job = self._take(job_id)
        if job is None:
            return dict(_NOTHING)
        with self._shop.database.reading() as connection:
            seen = sight_of(connection, job.look) is not None
        return {
            "key": job.video_key,
            "generation": job.generation,
            "platform": job.platform,
            "seen": seen,
            "owner": job.owner,
        }

    def _analyse(self, job_id: str, ending: Ending) -> Remembered:
        job = self._take(job_id)
        if job is None:
            return dict(_NOTHING)
        if job.attempts > MOST_HOLDERS:
            return to_remembered(failure_of(JobPoisoned()))
        shop = self._shop
        with shop.database.reading() as connection:
            sight = sight_of(connection, job.look)
            pictures = keyframes_of(connection, job.look)
            known = result_of(connection, job.look, job.format)
        if sight is None:
            return self._unseen(job, ending)
        if known is None:
            keyframes = {keyframe: shop.blobs.read(blob) for keyframe, blob in pictures.items()}
            document = shop.work.conclude(Seen(sight, keyframes), job.format or None)
            patiently(partial(self._keep_result, job, document.model_dump_json(by_alias=True)))
        else:
            document = Document.model_validate_json(known[0])
        _check_length(document.video.duration, job)
        patiently(partial(self._settle, job_id, document.video.duration))
        return dict(_NOTHING)

    def _keep_result(self, job: JobRecord, document: str) -> None:
        with self._shop.database.writing() as connection:
            keep_result(connection, job.look, job.format, document, clock(connection))

    def _settle(self, job_id: str, seconds: float) -> None:
        with self._shop.database.writing(beside_others=True) as connection:
            settle_seconds(connection, job_id, seconds)

    def _unseen(self, job: JobRecord, ending: Ending) -> Remembered:
        """Why there is no evidence although no failure was told: the look was stopped."""
        with self._shop.database.writing() as connection:
            give_up_look(connection, job.look, clock(connection))
        return to_remembered(replace(failure_of(_ENDED_BADLY.get(ending, ClipsightError)()), retryable=False))

    def _save(self, job_id: str, failure: Failure | None) -> Remembered:
        job = self._take(job_id)
        if job is None:
            return dict(_NOTHING)
        target = "succeeded" if failure is None else "failed"
        with self._shop.database.writing(beside_others=True) as connection:
            outcome = Outcome(target, clock(connection), _for_link(failure, job))
            conclude_job(connection, job_id, outcome, self._shop.ended, lease=self._shop.worker)
        return dict(_NOTHING)

    def _take(self, job_id: str) -> JobRecord | None:
        """Hold the job; None when it is over."""
        with self._shop.database.writing(beside_others=True) as connection:
            if not start_job(connection, job_id, sources("running"), self._shop.worker, clock(connection)):
                return None
            return job_by_id(connection, job_id)


class AllBodies:
    """:class:`clipsight.jobs.port.Bodies` over one workshop."""

    def __init__(self, shop: Workshop) -> None:
        self._job = JobBody(shop)
        self._look = LookBody(shop)
        self._errands = shop.errands

    async def job(self, run: Run, job_id: str) -> None:
        with suppress(Superseded), about(job=job_id):
            await self._job.run(run, job_id)

    async def look(self, run: Run, look: Look) -> Failure | None:
        with suppress(Superseded), about(video=look.key):
            return await self._look.run(run, look)
        return None

    async def errand(self, run: Run, errand: Errand) -> None:
        async def once() -> Remembered:
            try:
                await self._errands[errand.name](errand)
            except Exception:
                # The top of the errand. Whoever sent it looks after those that are overdue.
                log.exception("the errand %s %s stopped with an error", errand.name, errand.key)
            return dict(_NOTHING)

        await run.step("errand", once)


def _for_link(failure: Failure | None, job: JobRecord) -> Failure | None:
    """The failure of a look, which jobs share, in view of the link of this job: some links tell what the platform hides."""
    hidden = failure is not None and failure.code == Unavailable.code
    return failure_of(PrivateVideo()) if hidden and job.from_private else failure


def _ref(video: VideoRecord) -> VideoRef:
    return VideoRef(video.platform, video.video_id, video.url)


def _check_length(duration: float, job: JobRecord) -> None:
    """A dialect may allow less than the pipeline looked at."""
    if duration > job.max_seconds:
        raise TooLong(limit_seconds=job.max_seconds)

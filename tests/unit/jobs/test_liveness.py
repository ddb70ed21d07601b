from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from clipsight.jobs.liveness import Liveness, this_host
from clipsight.jobs.port import Knobs
from clipsight.store.jobs import job_by_id
from clipsight.store.videos import video_by_key
from clipsight.store.workers import beat
from clipsight.testing.store import fresh_services
from clipsight.usecases.services import Services
from clipsight.usecases.submit import Wish, submit_link

KNOBS = Knobs(beat=60, ttl=20)
LINK = "https://www.tiktok.com/@scout2015/video/7301234567890123456"


class Engine:
    def __init__(self, holders=(), endings=None) -> None:
        self._holders, self._endings = set(holders), endings or {}
        self.recovered: set[str] = set()

    def holders(self):
        return self._holders

    def recover(self, executors):
        self.recovered |= set(executors)
        return len(executors)

    def endings(self, jobs):
        return {job: self._endings[job] for job in jobs if job in self._endings}


@pytest.fixture
def services(tmp_path, database_url) -> Iterator[Services]:
    with fresh_services(tmp_path, url=database_url) as made:
        yield made


def dead_pid() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_dead_are_those_unknown_silent_or_no_longer_a_process(services):
    with services.database.writing() as connection:
        beat(connection, "alive here", this_host(), os.getpid())
        beat(connection, "alive elsewhere", "another host", dead_pid())
        beat(connection, "ended here", this_host(), dead_pid())
        beat(connection, "silent elsewhere", "another host", 1)
        connection.execute(text("UPDATE workers SET seen_at = seen_at - 21000 WHERE id = 'silent elsewhere'"))
    engine = Engine(["me", "alive here", "alive elsewhere", "ended here", "silent elsewhere", "unknown"])
    Liveness(services.database, engine, "me", KNOBS).recover()
    assert engine.recovered == {"ended here", "silent elsewhere", "unknown"}


def test_a_worker_is_known_from_enrolment_to_its_end(services):
    liveness = Liveness(services.database, Engine(), "me", KNOBS)
    liveness.enrol()
    with services.database.reading() as connection:
        assert connection.execute(text("SELECT id, pid FROM workers")).one() == ("me", os.getpid())
    liveness.start(lambda: None)
    liveness.stop()
    with services.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM workers")).scalar_one() == 0


@pytest.mark.parametrize(
    ("ending", "code"),
    [("poisoned", "poisoned"), ("cancelled", "job_timeout"), ("broken", "internal"), ("done", "internal")],
)
def test_a_job_whose_work_ended_without_a_word_ends_with_a_code(services, ending, code):
    wish = Wish("local", "jobs", None, 180, frozenset({"tiktok"}))
    job = submit_link(services, LINK, wish).job
    liveness = Liveness(services.database, Engine(endings={job.id: ending}), "me", KNOBS)
    liveness.reconcile()
    liveness.reconcile()
    with services.database.reading() as connection:
        ended = job_by_id(connection, job.id)
        video = video_by_key(connection, job.video_key)
    assert (ended.state, ended.error.code) == ("failed", code)
    assert video.state == "cancelled"  # so that the next job looks anew
    assert submit_link(services, LINK, wish).job.generation > job.generation


def test_a_failure_of_the_round_is_survived(services):
    third = threading.Event()

    class Broken(Engine):
        rounds = 0

        def holders(self):
            self.rounds += 1
            if self.rounds == 3:
                third.set()
            raise RuntimeError("nobody foresaw this")

    liveness = Liveness(services.database, Broken(), "me", Knobs(beat=0.01))
    liveness.start(lambda: None)
    assert third.wait(10)
    liveness.stop()

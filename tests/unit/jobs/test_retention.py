from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from clipsight.errors import FileMissing
from clipsight.jobs.retention import Pruner, Retention
from clipsight.schema.video import VideoRef
from clipsight.store.database import clock
from clipsight.store.jobs import end_job
from clipsight.store.records import Outcome
from clipsight.store.videos import end_look, keep_result, keep_sight, media_of, take_video
from clipsight.testing.example import example_document
from clipsight.testing.store import fresh_services
from clipsight.usecases.services import Services
from clipsight.usecases.submit import Wish, receiving, submit_file

WISH = Wish("local", "jobs", None, 180, frozenset())
HOUR = 3600
KEPT = Retention(job_ttl=24 * HOUR, media_ttl=48 * HOUR, evidence_ttl=30 * 24 * HOUR)
TIMES = {
    "jobs": ("created_at", "expires_at"),
    "media": ("created_at",),
    "sights": ("created_at",),
    "results": ("created_at",),
}


class Engine:
    def __init__(self) -> None:
        self.before: list[datetime] = []

    def forget_before(self, moment: datetime) -> int:
        self.before.append(moment)
        return 0


@pytest.fixture
def services(tmp_path, database_url) -> Iterator[Services]:
    with fresh_services(tmp_path, KEPT, database_url) as made:
        yield made


@pytest.fixture
def finished(services):
    """A job whose video was looked at; returns it."""
    job = waiting(services)
    blob = services.blobs.put_bytes(b"picture")
    with services.database.writing() as connection:
        take_video(connection, job.look, "w")
        now = clock(connection)
        keep_sight(connection, job.look, "{}", {"k1": blob}, now)
        document = example_document(VideoRef("file", "x", "upload:a"))
        keep_result(connection, job.look, "", document.model_dump_json(by_alias=True), now)
        end_look(connection, job.look, "w", at=now)
        end_job(connection, job.id, ("queued",), Outcome("succeeded", now))
    return job


def waiting(services: Services):
    with receiving(services, "a.mp4") as receiver:
        receiver.write(b"film")
        return submit_file(services, receiver.finish(), WISH).job


def later(services: Services, hours: float) -> None:
    with services.database.writing() as connection:
        for table, columns in TIMES.items():
            for column in columns:
                connection.execute(text(f"UPDATE {table} SET {column} = {column} - :t"), {"t": round(hours * HOUR * 1000)})


def count(services: Services, table: str) -> int:
    with services.database.reading() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def prune(services: Services) -> Engine:
    engine = Engine()
    Pruner(services.database, services.blobs, engine, KEPT).prune()
    return engine


def blobs(tmp_path) -> int:
    return len(list((tmp_path / "blobs").glob("??/*")))


def test_nothing_goes_before_its_time(services, finished, tmp_path):
    later(services, 47)
    prune(services)
    assert [count(services, table) for table in ("jobs", "media", "sights", "results")] == [1, 1, 1, 1]
    assert blobs(tmp_path) == 2


def test_the_file_goes_first(services, finished, tmp_path):
    later(services, 49)
    prune(services)
    assert [count(services, table) for table in ("jobs", "media", "sights", "results")] == [1, 0, 1, 1]
    assert blobs(tmp_path) == 1


def test_after_thirty_days_nothing_is_left(services, finished, tmp_path):
    later(services, 30 * 24 + 1)
    prune(services)
    for table in ("jobs", "videos", "media", "sights", "keyframes", "results"):
        assert count(services, table) == 0
    assert blobs(tmp_path) == 0


def test_evidence_that_a_fresh_job_was_answered_from_stays_as_long_as_the_job(services, finished):
    later(services, 30 * 24 + 1)
    fresh = waiting(services)
    assert fresh.look == finished.look
    assert fresh.state == "succeeded"
    prune(services)
    assert count(services, "results") == 1
    later(services, 25)
    prune(services)
    assert count(services, "results") == 0


def test_what_is_under_way_keeps_its_file(services, tmp_path):
    job = waiting(services)
    later(services, 31 * 24)
    prune(services)
    with services.database.reading() as connection:
        assert media_of(connection, job.look) is not None
    assert count(services, "jobs") == 1
    assert blobs(tmp_path) == 1


def test_a_file_that_no_row_names_is_found(services, finished, tmp_path):
    orphan = services.blobs.put_bytes(b"left by a crash")
    before = time.time() - 2 * HOUR
    for path in (tmp_path / "blobs").glob("??/*"):
        os.utime(path, (before, before))
    prune(services)
    with pytest.raises(FileMissing):
        services.blobs.read(orphan)
    assert blobs(tmp_path) == 2


def test_the_engine_forgets_works_of_yesterday(services):
    [moment] = prune(services).before
    assert 23 < (datetime.now(UTC) - moment).total_seconds() / HOUR < 25


def test_it_is_done_once_an_hour(services, monkeypatch):
    engine = Engine()
    pruner = Pruner(services.database, services.blobs, engine, KEPT)
    pruner.when_due()
    assert engine.before == []
    real = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: real + HOUR + 1)
    pruner.when_due()
    pruner.when_due()
    assert len(engine.before) == 1

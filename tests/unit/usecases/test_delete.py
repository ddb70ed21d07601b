from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from clipsight.errors import JobNotFound
from clipsight.store.database import clock
from clipsight.store.videos import end_look, keep_sight, take_video
from clipsight.testing.store import engine_table, fresh_services
from clipsight.usecases.delete import delete_job
from clipsight.usecases.services import Services
from clipsight.usecases.submit import Wish, receiving, submit_file

WISH = Wish("local", "jobs", None, 180, frozenset())


@pytest.fixture
def services(tmp_path, database_url) -> Iterator[Services]:
    with fresh_services(tmp_path, url=database_url) as made:
        yield made


def upload(services: Services, content: bytes, owner: str = "local"):
    with receiving(services, "a.mp4") as receiver:
        receiver.write(content)
        return submit_file(services, receiver.finish(), replace(WISH, owner=owner)).job


def looked(services: Services, job, picture: bytes) -> None:
    blob = services.blobs.put_bytes(picture)
    with services.database.writing() as connection:
        take_video(connection, job.look, "w")
        now = clock(connection)
        keep_sight(connection, job.look, "{}", {"k1": blob}, now)
        end_look(connection, job.look, "w", at=now)


def blobs(services: Services, tmp_path) -> int:
    return len(list((tmp_path / "blobs").glob("??/*")))


def state_of_work(services: Services, job) -> str:
    with services.database.reading() as connection:
        statement = text(
            f"SELECT status FROM {engine_table(services.database, 'workflow_status')} WHERE workflow_uuid = :id"
        )
        return connection.execute(statement, {"id": job.id}).scalar_one()


def test_the_last_job_takes_evidence_and_files_with_it(services, tmp_path):
    first, second = upload(services, b"film"), upload(services, b"film")
    looked(services, first, b"picture")
    delete_job(services, "local", first.number)
    assert blobs(services, tmp_path) == 2
    delete_job(services, "local", uuid.UUID(second.id))
    assert blobs(services, tmp_path) == 0
    with services.database.reading() as connection:
        for table in ("jobs", "videos", "media", "sights", "keyframes", "results"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0


def test_a_file_that_another_owner_brought_too_stays(services, tmp_path):
    mine, theirs = upload(services, b"film"), upload(services, b"film", owner="b")
    delete_job(services, "local", mine.number)
    assert blobs(services, tmp_path) == 1
    delete_job(services, "b", theirs.number)
    assert blobs(services, tmp_path) == 0


def test_what_waits_is_cancelled(services):
    job = upload(services, b"film")
    delete_job(services, "local", job.number)
    assert state_of_work(services, job) == "CANCELLED"


def test_a_look_that_others_wait_for_goes_on(services):
    first, second = upload(services, b"film"), upload(services, b"film")
    delete_job(services, "local", first.number)
    with services.database.writing() as connection:
        assert take_video(connection, second.look, "w") is not None


def test_nobody_deletes_by_number_what_is_not_theirs(services):
    job = upload(services, b"film")
    for owner, name in (("b", job.number), ("local", job.number + 1), ("local", uuid.uuid4()), ("local", 2**80)):
        with pytest.raises(JobNotFound):
            delete_job(services, owner, name)

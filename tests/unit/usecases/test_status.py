from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from clipsight.errors import JobFailed, JobNotFinished
from clipsight.jobs.states import sources
from clipsight.store.database import clock
from clipsight.store.jobs import end_job
from clipsight.store.records import Failure, Outcome
from clipsight.testing.store import fresh_services
from clipsight.usecases.services import Services
from clipsight.usecases.status import finished, job_account
from clipsight.usecases.submit import Wish, submit_link

WISH = Wish("local", "jobs", None, 180, frozenset({"tiktok"}))


@pytest.fixture
def services(tmp_path, database_url) -> Iterator[Services]:
    with fresh_services(tmp_path, url=database_url) as made:
        yield made


def submitted(services: Services) -> uuid.UUID:
    url = "https://www.tiktok.com/@scout2015/video/7301234567890123456"
    return uuid.UUID(submit_link(services, url, WISH).job.id)


def test_a_job_under_way_may_still_have_a_result(services):
    with pytest.raises(JobNotFinished):
        finished(job_account(services, "local", submitted(services)))


@pytest.mark.parametrize(
    ("state", "failure", "text", "code"),
    [
        ("failed", Failure("private", "The video is private"), "The video is private", "private"),
        ("cancelled", None, "The job ended without a result", ""),
    ],
)
def test_a_job_that_ended_without_a_result_says_so_for_good(services, state, failure, text, code):
    job = submitted(services)
    with services.database.writing() as connection:
        end_job(connection, str(job), sources(state), Outcome(state, clock(connection), failure))
    with pytest.raises(JobFailed) as error:
        finished(job_account(services, "local", job))
    assert (error.value.public_message, error.value.why_code) == (text, code)
    assert not error.value.retryable

"""The same request twice is one job and the same answer, whatever dies in between."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from clipsight.access.caller import Limits
from clipsight.access.idempotency import KEPT_MILLISECONDS, LEASE_MILLISECONDS, claim_key, release_claim
from clipsight.access.limits import Allowance
from clipsight.errors import EnqueueFailed, IdempotencyKeyReused, StillRunning
from clipsight.jobs.retention import Pruner, Retention
from clipsight.store.idempotency import Claim
from clipsight.testing.store import fresh_services
from clipsight.usecases.services import Services
from clipsight.usecases.submit import Once, Wish, submit_link

LINK = "https://www.tiktok.com/@scout2015/video/7301234567890123456"
WISH = Wish("token:1", "jobs", None, 180, frozenset({"tiktok"}))


@pytest.fixture
def services(tmp_path, database_url) -> Iterator[Services]:
    with fresh_services(tmp_path, url=database_url) as made:
        yield made


def claimed(services: Services, fingerprint: str = "f", owner: str = "token:1") -> Claim:
    claim = claim_key(services.database, owner, "key", fingerprint)
    assert isinstance(claim, Claim)
    return claim


def carry_out(services: Services, claim: Claim) -> str:
    once = Once(claim, lambda receipt: f"answer {receipt.job.id}")
    return submit_link(services, LINK, replace(WISH, once=once)).job.id


def jobs(services: Services) -> int:
    with services.database.reading() as connection:
        return connection.execute(text("SELECT count(*) FROM jobs")).scalar_one()


def shift(services: Services, milliseconds: int) -> None:
    with services.database.writing() as connection:
        statement = "UPDATE idempotency SET created_at = created_at - :by, leased_until = leased_until - :by"
        connection.execute(text(statement), {"by": milliseconds})


def test_the_answer_is_kept_for_a_day(services):
    job = carry_out(services, claimed(services))
    for _ in range(2):
        assert claim_key(services.database, "token:1", "key", "f") == f"answer {job}"
    shift(services, KEPT_MILLISECONDS - 5000)
    assert claim_key(services.database, "token:1", "key", "f") == f"answer {job}"
    shift(services, 5001)
    claimed(services)


def test_another_request_with_the_key_is_refused_before_and_after(services):
    claim = claimed(services)
    with pytest.raises(IdempotencyKeyReused):
        claim_key(services.database, "token:1", "key", "other")
    carry_out(services, claim)
    with pytest.raises(IdempotencyKeyReused):
        claim_key(services.database, "token:1", "key", "other")


def test_keys_belong_to_their_owner(services):
    carry_out(services, claimed(services))
    claimed(services, "other", owner="token:2")


def test_while_the_first_one_runs_there_is_no_second(services):
    claim = claimed(services)
    with pytest.raises(StillRunning):
        claim_key(services.database, "token:1", "key", "f")
    release_claim(services.database, claim)
    claimed(services)


def test_releasing_takes_no_answer_away(services):
    claim = claimed(services)
    job = carry_out(services, claim)
    release_claim(services.database, claim)
    assert claim_key(services.database, "token:1", "key", "f") == f"answer {job}"


def test_a_process_that_died_after_its_claim_holds_the_key_for_the_lease_only(services):
    claimed(services)
    shift(services, LEASE_MILLISECONDS + 1)
    job = carry_out(services, claimed(services))
    assert (jobs(services), claim_key(services.database, "token:1", "key", "f")) == (1, f"answer {job}")


def test_who_was_overtaken_leaves_nothing_behind(services):
    slow = claimed(services)
    shift(services, LEASE_MILLISECONDS + 1)
    quick = claimed(services)
    with pytest.raises(StillRunning):
        carry_out(services, slow)
    assert jobs(services) == 0
    release_claim(services.database, slow)
    carry_out(services, quick)
    assert jobs(services) == 1


def test_a_job_that_cannot_be_put_down_leaves_no_answer(services):
    class Broken:
        def enqueue(self, *_args):
            raise OSError("the disk went away")

    claim = claimed(services)
    with pytest.raises(EnqueueFailed):
        carry_out(replace(services, queue=Broken()), claim)
    with pytest.raises(StillRunning):  # until whoever claimed it gives it back
        claim_key(services.database, "token:1", "key", "f")


def test_many_at_once_make_one_job(services):
    found: list[str] = []
    barrier = threading.Barrier(8)

    def ask() -> None:
        barrier.wait()
        try:
            claim = claim_key(services.database, "token:1", "key", "f")
            found.append(claim if isinstance(claim, str) else f"answer {carry_out(services, claim)}")
        except StillRunning:
            found.append("running")

    several = [threading.Thread(target=ask) for _ in range(8)]
    for thread in several:
        thread.start()
    for thread in several:
        thread.join()
    assert len(set(found) - {"running"}) == 1
    assert jobs(services) == 1


def test_what_is_old_is_pruned(services):
    class Nothing:
        def forget_before(self, _moment):
            return 0

    carry_out(services, claimed(services))
    limited = Allowance(Limits(180, 1000, per_minute=5))
    submit_link(services, LINK, replace(WISH, allowance=limited))
    pruner = Pruner(services.database, services.blobs, Nothing(), Retention())

    def rows() -> list[int]:
        with services.database.reading() as connection:
            return [
                connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                for table in ("idempotency", "submissions")
            ]

    pruner.prune()
    assert rows() == [1, 1]
    shift(services, KEPT_MILLISECONDS + 1)
    with services.database.writing() as connection:
        connection.execute(text("UPDATE submissions SET submitted_at = submitted_at - 86400001"))
    pruner.prune()
    assert rows() == [0, 0]

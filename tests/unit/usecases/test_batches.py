from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from clipsight.access.caller import Limits
from clipsight.access.limits import Allowance
from clipsight.access.tokens import TokenKey
from clipsight.errors import (
    BatchKeyReused,
    BatchNotFound,
    EnqueueFailed,
    JobExpired,
    NetworkError,
    TokenInvalid,
    TooManyRequests,
    TooManyUnfinished,
    UnknownFormat,
)
from clipsight.store.database import clock
from clipsight.testing.store import fresh_services
from clipsight.usecases import batches as module
from clipsight.usecases.batches import Batches
from clipsight.usecases.delete import delete_job
from clipsight.usecases.services import Services
from clipsight.usecases.status import ANYBODY
from clipsight.usecases.submit import Wish, submit_link
from clipsight.usecases.tokens import Tokens, TokenWish

LINK = "https://www.tiktok.com/@scout2015/video/73012345678901234{:02}"
SHORT = "https://vm.tiktok.com/ZMRJq1M2c/"
WISH = Wish("local", "jobs", None, 180, frozenset({"tiktok", "youtube"}))


@pytest.fixture
def services(tmp_path, database_url) -> Iterator[Services]:
    with fresh_services(tmp_path, url=database_url) as made:
        yield made


@pytest.fixture
def batches(services, monkeypatch) -> Batches:
    monkeypatch.setattr(module, "PAUSE", 0.0)
    return Batches(services)


def engine_table(services: Services) -> str:
    """Where the engine keeps its works."""
    return "dbos.workflow_status" if services.database.writer.dialect.name == "postgresql" else "workflow_status"


def links(count: int) -> list[str]:
    return [LINK.format(number) for number in range(count)]


def rows(services: Services, table: str) -> int:
    with services.database.reading() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def counts(batches: Batches, batch_id: str) -> dict[str, int]:
    return dict(batches.account("local", batch_id).counts)


def test_a_batch_is_taken_whole_and_becomes_jobs_after(batches, services):
    batch = batches.submit(links(3), WISH).batch
    assert (rows(services, "batch_items"), rows(services, "jobs")) == (3, 0)
    assert counts(batches, batch.id) == {"queued": 3}
    batches.make_jobs()
    assert (rows(services, "jobs"), rows(services, engine_table(services))) == (3, 3)
    batches.make_jobs()
    assert rows(services, "jobs") == 3
    items = batches.items("local", batch.id, -1, 10)
    assert [item.position for item in items] == [0, 1, 2]
    assert all(item.job_id for item in items)
    assert [item.position for item in batches.items("local", batch.id, 0, 1)] == [1]


def test_a_bad_link_is_its_own_error(batches):
    batch = batches.submit([LINK.format(1), "https://vimeo.com/1", "nonsense", SHORT, LINK.format(1)], WISH).batch
    batches.make_jobs()
    assert counts(batches, batch.id) == {"queued": 2, "failed": 3}
    codes = [item.error.code if item.error else None for item in batches.items("local", batch.id, -1, 10)]
    assert codes == [None, "unsupported_host", "bad_url", "network", None]


def test_a_short_link_that_could_not_be_asked_for_is_asked_again(services, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.0)
    from clipsight.source.links import read_link

    asked = []

    def resolve(link):
        asked.append(link)
        if len(asked) < module.TRIES:
            raise NetworkError
        return read_link(LINK.format(7))

    batches = Batches(replace(services, resolve=resolve))
    batch = batches.submit([SHORT], WISH).batch
    batches.make_jobs()
    assert counts(batches, batch.id) == {"queued": 1}
    assert rows(services, "jobs") == 1


def test_the_whole_is_refused_for_what_concerns_the_whole(batches, services):
    with pytest.raises(UnknownFormat):
        batches.submit(links(1), replace(WISH, format="haiku"))
    assert rows(services, "batches") == 0


def test_the_same_request_with_the_same_key_is_the_same_batch(batches, services):
    first = batches.submit(links(2), WISH, "key").batch
    assert batches.submit(links(2), WISH, "key").batch.id == first.id
    with pytest.raises(BatchKeyReused):
        batches.submit(links(3), WISH, "key")
    assert batches.submit(links(3), replace(WISH, owner="else"), "key").batch.id != first.id
    assert batches.submit(links(2), WISH).batch.id != first.id
    assert rows(services, "batches") == 3


def test_it_goes_on_where_it_stopped(batches, services):
    batch = batches.submit(links(3), WISH).batch

    class Breaking:
        def __init__(self) -> None:
            self.left = 1

        def __getattr__(self, name):
            return getattr(services.queue, name)

        def enqueue(self, *arguments) -> None:
            if not self.left:
                raise OSError
            self.left -= 1
            services.queue.enqueue(*arguments)

    with pytest.raises(EnqueueFailed):
        Batches(replace(services, queue=Breaking())).make_jobs()
    assert rows(services, "jobs") == 1
    batches.make_jobs()
    assert rows(services, "jobs") == 3
    assert counts(batches, batch.id) == {"queued": 3}


def test_cancelling_stops_what_waits_and_what_runs(batches, services):
    running, waiting = batches.submit(links(2), WISH).batch, None
    batches.make_jobs()
    waiting = batches.submit(links(2), WISH).batch
    for batch in (running, waiting):
        batches.cancel("local", batch.id)
        assert counts(batches, batch.id) == {"cancelled": 2}
        assert {item.error.code for item in batches.items("local", batch.id, -1, 9)} == {"cancelled"}
    batches.make_jobs()
    assert rows(services, "jobs") == 2
    with services.database.reading() as connection:
        states = connection.execute(text(f"SELECT DISTINCT status FROM {engine_table(services)}")).scalars().all()
    assert states == ["CANCELLED"]


def test_deleting_removes_the_jobs_too(batches, services):
    batch = batches.submit(links(2), WISH).batch
    batches.make_jobs()
    batches.delete("local", batch.id)
    for table in ("batches", "batch_items", "jobs", "videos"):
        assert rows(services, table) == 0
    with pytest.raises(BatchNotFound):
        batches.account("local", batch.id)


def test_a_job_that_was_deleted_is_told_as_such(batches, services):
    import uuid

    batch = batches.submit(links(1), WISH).batch
    batches.make_jobs()
    [item] = batches.items("local", batch.id, -1, 9)
    delete_job(services, ANYBODY, uuid.UUID(item.job_id))
    assert counts(batches, batch.id) == {"deleted": 1}
    assert [account for _, account in batches.results("local", batch.id)] == [None]


def test_a_batch_is_its_owners_and_expires(batches, services):
    batch = batches.submit(links(1), WISH).batch
    with pytest.raises(BatchNotFound):
        batches.account("somebody else", batch.id)
    with services.database.writing() as connection:
        now = clock(connection)
        connection.execute(text("UPDATE batches SET expires_at = :now"), {"now": now})
    with pytest.raises(JobExpired):
        batches.account("local", batch.id)
    with services.database.writing() as connection:
        connection.execute(text("UPDATE batches SET expires_at = 1, created_at = 1"))
    with pytest.raises(BatchNotFound):
        batches.account("local", batch.id)
    batches.make_jobs()
    assert rows(services, "batches") == 0


# ── limits ──


def limited(**limits: int) -> Wish:
    return replace(WISH, allowance=Allowance(Limits(180, 1000, **limits)))


def test_a_batch_is_one_request(batches, services):
    wish = limited(per_minute=2)
    lefts = [batches.submit(links(5), wish).standings[0].left for _ in range(2)]
    assert lefts == [1, 0]
    with pytest.raises(TooManyRequests):
        batches.submit(links(1), wish)
    batches.make_jobs()
    assert rows(services, "jobs") == 10
    with pytest.raises(TooManyRequests):
        submit_link(services, LINK.format(50), wish)


def test_a_batch_that_came_before_is_not_charged_again(batches):
    wish = limited(per_minute=1)
    first = batches.submit(links(2), wish, "key")
    again = batches.submit(links(2), wish, "key")
    assert (again.batch.id, again.standings) == (first.batch.id, ())


def test_links_that_wait_count_as_unfinished_jobs(batches, services):
    wish = limited(unfinished=4)
    with pytest.raises(TooManyUnfinished):
        batches.submit(links(5), wish)
    assert rows(services, "batches") == 0
    batch = batches.submit([*links(2), "nonsense"], wish).batch
    submit_link(services, LINK.format(50), wish)
    with pytest.raises(TooManyUnfinished):
        submit_link(services, LINK.format(51), wish)
    with pytest.raises(TooManyUnfinished):
        batches.submit(links(1), wish)
    batches.make_jobs()
    assert counts(batches, batch.id) == {"queued": 2, "failed": 1}
    submit_link(services, LINK.format(51), wish)  # the place of the link that was bad
    with pytest.raises(TooManyUnfinished):
        submit_link(services, LINK.format(52), replace(wish, dialect="reels"))
    batches.cancel("local", batch.id)
    batches.submit(links(2), wish)
    with pytest.raises(TooManyUnfinished):
        batches.submit(links(1), wish)
    batches.submit(links(4), replace(wish, owner="else"))


def test_links_that_were_cancelled_before_they_had_jobs_count_no_more(batches):
    wish = limited(unfinished=3)
    batches.cancel("local", batches.submit(links(3), wish).batch.id)
    batches.submit(links(3), wish)


def test_a_link_over_the_seconds_of_a_day_is_its_own_error_and_not_tried_again(batches, services, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 1e9)  # a pause would never end
    batch = batches.submit(links(3), limited(seconds_per_day=180 * 2)).batch
    batches.make_jobs()
    assert counts(batches, batch.id) == {"queued": 2, "failed": 1}
    assert [item.error.code for item in batches.items("local", batch.id, 1, 10) if item.error] == ["seconds_used_up"]


def test_a_token_that_was_revoked_gets_no_more_jobs(batches, services):
    tokens = Tokens(services.database, lambda: TokenKey(b"k" * 32))
    record, _ = tokens.create(TokenWish("laptop"))
    wish = replace(WISH, allowance=Allowance(Limits(180, 1000), record.number))
    batch = batches.submit(links(2), wish).batch
    tokens.revoke(record.number)
    batches.make_jobs()
    assert counts(batches, batch.id) == {"failed": 2}
    with pytest.raises(TokenInvalid):
        batches.submit(links(2), wish)

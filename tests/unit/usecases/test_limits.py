"""What an owner may ask for is counted exactly, whatever comes at once, and nothing else is counted."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from clipsight.access.caller import Limits
from clipsight.access.limits import DAY, MINUTE, UNFINISHED_RETRY_SECONDS, Allowance, Standing
from clipsight.access.tokens import TokenKey
from clipsight.errors import (
    LimitReached,
    NetworkError,
    SecondsUsedUp,
    TokenInvalid,
    TooManyRequests,
    TooManyUnfinished,
    UnsupportedHost,
)
from clipsight.jobs.engine import DurableQueue
from clipsight.jobs.port import Knobs
from clipsight.jobs.states import sources
from clipsight.schema.video import VideoRef
from clipsight.store.database import Database, clock
from clipsight.store.jobs import end_job
from clipsight.store.records import Failure, Outcome
from clipsight.store.submissions import settle_seconds
from clipsight.store.videos import end_look, keep_result, keep_sight, take_video, video_by_key
from clipsight.testing.example import example_document
from clipsight.testing.store import engine_table, fresh_services
from clipsight.usecases.delete import delete_job
from clipsight.usecases.services import Services
from clipsight.usecases.submit import Receipt, Wish, submit_link
from clipsight.usecases.tokens import Tokens, TokenWish

FREE = Limits(max_seconds=180, max_bytes=1_000)
PLATFORMS = frozenset({"tiktok", "instagram"})


@pytest.fixture
def services(tmp_path, database_url) -> Iterator[Services]:
    with fresh_services(tmp_path, url=database_url) as made:
        yield made


def link(number: int) -> str:
    return f"https://www.tiktok.com/@scout2015/video/73012345678901{number:05d}"


def submit(services: Services, number: int, limits: Limits, *, owner: str = "token:1", **more) -> Receipt:
    wish = Wish(owner, "jobs", None, limits.max_seconds, PLATFORMS, allowance=Allowance(limits, **more))
    return submit_link(services, link(number), wish)


def shift(services: Services, milliseconds: int) -> None:
    """As if so much time had passed since everything that was counted."""
    with services.database.writing() as connection:
        connection.execute(text(f"UPDATE submissions SET submitted_at = submitted_at - {milliseconds}"))


def seconds(services: Services) -> float:
    with services.database.reading() as connection:
        return connection.execute(text("SELECT coalesce(sum(seconds), 0) FROM submissions")).scalar_one()


def seen(services: Services, number: int) -> None:
    """As if a worker had looked and concluded."""
    with services.database.writing() as connection:
        look = video_by_key(connection, f"tiktok:73012345678901{number:05d}").look
        take_video(connection, look, "w")
        now = clock(connection)
        keep_sight(connection, look, "{}", {}, now)
        end_look(connection, look, "w", at=now)
        document = example_document(VideoRef("tiktok", f"73012345678901{number:05d}", link(number)))
        keep_result(connection, look, "", document.model_dump_json(by_alias=True), now)


def end(services: Services, receipt: Receipt, failure: Failure | None = None) -> None:
    with services.database.writing() as connection:
        state = "succeeded" if failure is None else "failed"
        assert end_job(connection, receipt.job.id, sources("cancelled"), Outcome(state, clock(connection), failure))


def test_submits_are_counted_over_a_sliding_minute(services):
    limits = replace(FREE, per_minute=3)
    lefts = [submit(services, number, limits).standings[0].left for number in range(2)]
    shift(services, 20_000)
    lefts.append(submit(services, 2, limits).standings[0].left)
    assert lefts == [2, 1, 0]
    with pytest.raises(TooManyRequests) as refused:
        submit(services, 3, limits)
    assert 38 <= refused.value.details["retry_seconds"] <= 40
    (standing,) = refused.value.standings
    assert (standing.name, standing.quota, standing.window, standing.left) == ("submits", 3, MINUTE, 0)
    assert 38 <= standing.reset <= 40
    shift(services, 40_000)
    submit(services, 3, limits)
    submit(services, 4, limits)
    with pytest.raises(TooManyRequests) as again:
        submit(services, 5, limits)
    assert again.value.details["retry_seconds"] <= 20


def test_a_refused_submit_leaves_nothing(services):
    limits = replace(FREE, per_minute=1)
    submit(services, 0, limits)
    with pytest.raises(TooManyRequests):
        submit(services, 1, limits)
    with services.database.reading() as connection:
        counts = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("jobs", "videos", "submissions", engine_table(services.database, "workflow_status"))
        ]
    assert counts == [1, 1, 1, 1]


def test_owners_and_dialects_are_counted_apart(services):
    limits = replace(FREE, per_minute=1)
    submit(services, 0, limits)
    submit(services, 0, limits, owner="token:2")
    submit_link(
        services,
        "https://www.instagram.com/reel/Chunk8-jurw/",
        Wish("token:1", "reels", None, 90, PLATFORMS, allowance=Allowance(limits)),
    )
    with pytest.raises(TooManyRequests):
        submit(services, 1, limits)


def test_a_batch_counts_as_one_request(services):
    limits = replace(FREE, per_minute=1)
    submit(services, 0, limits)
    for number in range(1, 5):
        submit(services, number, limits, requests=0)


def test_unfinished_jobs_of_both_dialects_and_only_they(services):
    limits = replace(FREE, unfinished=2)
    first = submit(services, 0, limits)
    wish = Wish("token:1", "reels", None, 90, PLATFORMS, allowance=Allowance(limits))
    submit_link(services, "https://www.instagram.com/reel/Chunk8-jurw/", wish)
    submit(services, 0, limits, owner="token:2")
    with pytest.raises(TooManyUnfinished) as refused:
        submit(services, 1, limits)
    assert refused.value.details == {"limit": 2, "retry_seconds": UNFINISHED_RETRY_SECONDS}
    end(services, first)
    second = submit(services, 1, limits)
    with pytest.raises(TooManyUnfinished):
        submit(services, 2, limits)
    delete_job(services, "token:1", second.job.number)
    submit(services, 2, limits)


def test_an_answer_that_was_known_is_a_request_and_no_work(services):
    limits = replace(FREE, per_minute=3, unfinished=1, seconds_per_day=180)
    submit(services, 0, limits)
    seen(services, 0)
    before = seconds(services)
    known = submit(services, 0, limits)
    assert known.document is not None
    assert seconds(services) == before
    assert known.standings[0].left == 1


def test_seconds_are_set_aside_then_settled(services):
    limits = replace(FREE, seconds_per_day=400)
    first, second = submit(services, 0, limits), submit(services, 1, limits)
    assert second.standings == (Standing("seconds", 400, DAY, 40, DAY),)
    shift(services, 3_600_000)
    with pytest.raises(SecondsUsedUp) as refused:
        submit(services, 2, limits)
    assert DAY - 3602 <= refused.value.details["retry_seconds"] <= DAY - 3600
    with services.database.writing() as connection:
        settle_seconds(connection, first.job.id, 30.5)
    end(services, first)
    third = submit(services, 2, limits)
    assert seconds(services) == 390.5
    end(services, second, Failure("private", "x"))
    assert seconds(services) == 210.5, "what failed costs nothing"
    delete_job(services, "token:1", third.job.number)
    assert seconds(services) == 30.5, "what never began costs nothing"
    delete_job(services, "token:1", first.job.number)
    assert seconds(services) == 30.5, "what was had stays counted"


def test_a_budget_below_the_longest_video_shortens_that(services):
    receipt = submit(services, 0, replace(FREE, seconds_per_day=60))
    assert receipt.job.max_seconds == 60
    with pytest.raises(SecondsUsedUp):
        submit(services, 1, replace(FREE, seconds_per_day=60))


def test_open_access_counts_nothing(services):
    for number in range(5):
        assert submit(services, number, FREE, owner="local").standings == ()
    with services.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM submissions")).scalar_one() == 0


def test_a_short_link_that_cannot_be_resolved_counts_and_is_not_asked_for_in_vain(services):
    asked: list[object] = []

    def unreachable(short):
        asked.append(short)
        raise NetworkError

    limits = replace(FREE, per_minute=2)
    wish = Wish("token:1", "jobs", None, 180, PLATFORMS, allowance=Allowance(limits))
    for error in (NetworkError, NetworkError, TooManyRequests):
        with pytest.raises(error):
            submit_link(replace(services, resolve=unreachable), "https://vm.tiktok.com/ZMabc123/", wish)
    assert len(asked) == 2
    with pytest.raises(UnsupportedHost):
        submit_link(services, "https://example.com/", wish)


def test_a_token_that_was_revoked_while_the_file_came_takes_no_job(services):
    tokens = Tokens(services.database, lambda: TokenKey(b"k" * 32))
    record, _ = tokens.create(TokenWish("laptop"))
    submit(services, 0, FREE, token=record.number)
    tokens.revoke(record.number)
    with pytest.raises(TokenInvalid):
        submit(services, 1, FREE, token=record.number)


def _submit_many(url: str, folder: Path, numbers: list[int], limits: Limits, results) -> None:
    """One API process that submits as fast as it can."""
    from clipsight.testing.store import services_over

    database = Database(url)
    queue = DurableQueue(database.writer, Knobs())
    taken = 0
    for number in numbers:
        try:
            submit(services_over(database, queue, folder), number, limits)
            taken += 1
        except LimitReached:
            pass
    queue.close()
    database.close()
    results.put(taken)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (replace(FREE, per_minute=7), 7),
        (replace(FREE, unfinished=5), 5),
        (replace(FREE, seconds_per_day=180 * 4 + 179), 4),
    ],
    ids=["per minute", "unfinished", "seconds"],
)
def test_several_processes_together_take_no_more_than_one_would(services, tmp_path, limits, expected):
    context = multiprocessing.get_context("spawn")
    results = context.SimpleQueue()
    url = services.database.writer.url.render_as_string(hide_password=False)
    several = [
        context.Process(target=_submit_many, args=(url, tmp_path, list(range(first, first + 5)), limits, results))
        for first in (0, 100, 200)
    ]
    for process in several:
        process.start()
    taken = [results.get() for _ in several]
    for process in several:
        process.join()
    assert sum(taken) == expected

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from clipsight.errors import EnqueueFailed, NetworkError, NotAVideo, UnknownFormat, UnsupportedHost
from clipsight.jobs.retention import Retention
from clipsight.schema.video import VideoRef
from clipsight.source.links import read_link
from clipsight.store.database import clock
from clipsight.store.jobs import job_by_id
from clipsight.store.records import Failure
from clipsight.store.videos import end_look, give_up_look, keep_result, keep_sight, take_video, video_by_key
from clipsight.testing.example import example_document
from clipsight.testing.store import engine_table, fresh_services
from clipsight.usecases.delete import delete_job
from clipsight.usecases.services import Services
from clipsight.usecases.submit import FAILURE_BELIEVED_MILLISECONDS, Wish, receiving, submit_file, submit_link

LINK = "https://www.tiktok.com/@scout2015/video/7301234567890123456"
KEY = "tiktok:7301234567890123456"
WISH = Wish("local", "jobs", None, 180, frozenset({"tiktok", "instagram"}))


@pytest.fixture
def services(tmp_path, database_url) -> Iterator[Services]:
    with fresh_services(tmp_path, url=database_url) as made:
        yield made


def rows(services: Services, table: str) -> int:
    with services.database.reading() as connection:
        return connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()


def works(services: Services) -> str:
    return engine_table(services.database, "workflow_status")


def seen(services: Services, format_slug: str = "") -> None:
    """As if a worker had looked and concluded."""
    with services.database.writing() as connection:
        look = video_by_key(connection, KEY).look
        take_video(connection, look, "w")
        now = clock(connection)
        keep_sight(connection, look, "{}", {}, now)
        end_look(connection, look, "w", at=now)
        document = example_document(VideoRef("tiktok", "7301234567890123456", LINK), format_slug=format_slug or None)
        keep_result(connection, look, format_slug, document.model_dump_json(by_alias=True), now)


def failed(services: Services, *, retryable: bool, code: str = "x") -> None:
    with services.database.writing() as connection:
        look = video_by_key(connection, KEY).look
        take_video(connection, look, "w")
        end_look(connection, look, "w", at=clock(connection), failure=Failure(code, "x", retryable))


def test_job_claim_and_work_are_committed_together(services):
    receipt = submit_link(services, LINK, WISH)
    assert receipt.document is None
    assert (rows(services, "jobs"), rows(services, "videos"), rows(services, works(services))) == (1, 1, 1)
    with services.database.reading() as connection:
        work = connection.execute(text(f"SELECT workflow_uuid, queue_partition_key FROM {works(services)}")).one()
    assert tuple(work) == (receipt.job.id, "local")


def test_a_rollback_leaves_nothing(services):
    class Broken:
        def enqueue(self, connection, job_id, owner):
            services.queue.enqueue(connection, job_id, owner)
            raise OSError("the disk went away")

    with pytest.raises(EnqueueFailed):
        submit_link(replace(services, queue=Broken()), LINK, WISH)
    assert (rows(services, "jobs"), rows(services, "videos"), rows(services, works(services))) == (0, 0, 0)
    with receiving(services, "a.mp4") as receiver:
        receiver.write(b"film")
        with pytest.raises(EnqueueFailed):
            submit_file(replace(services, queue=Broken()), receiver.finish(), WISH)
    assert (rows(services, "jobs"), rows(services, "media"), rows(services, works(services))) == (0, 0, 0)


@pytest.mark.parametrize(
    ("url", "wish", "error"),
    [
        ("https://vimeo.com/1", WISH, UnsupportedHost),
        ("https://www.youtube.com/shorts/a-_b0123-_A", WISH, UnsupportedHost),
        ("https://www.tiktok.com/foryou", WISH, NotAVideo),
        ("https://vm.tiktok.com/ZMRJq1M2c/", WISH, NetworkError),
        (LINK, replace(WISH, format="haiku"), UnknownFormat),
    ],
)
def test_a_refusal_leaves_nothing(services, url, wish, error):
    with pytest.raises(error):
        submit_link(services, url, wish)
    assert rows(services, "jobs") == rows(services, "videos") == 0


def test_two_slides_of_a_post_share_nothing(services):
    post = "https://www.instagram.com/p/Chunk8-jurw/"
    first, second, whole = (submit_link(services, post + slide, WISH).job for slide in ("?img_index=1", "?img_index=2", ""))
    assert len({first.video_key, second.video_key, whole.video_key}) == 3
    assert {first.video_id, second.video_id, whole.video_id} == {"Chunk8-jurw"}
    assert second.url == "https://www.instagram.com/reel/Chunk8-jurw/?img_index=2", "so that the worker fetches that slide"
    assert whole.url == "https://www.instagram.com/reel/Chunk8-jurw/"


def test_what_an_account_opens_is_kept_for_its_owner_alone(services):
    signed_in = replace(services, signed_in=frozenset({"tiktok"}))
    mine = submit_link(signed_in, LINK, WISH).job
    assert submit_link(signed_in, LINK, WISH).job.look == mine.look
    other = submit_link(signed_in, LINK, replace(WISH, owner="somebody else")).job
    assert other.video_key != mine.video_key
    assert submit_link(services, LINK, WISH).job.video_key == KEY, "without an account everybody shares it"


def test_jobs_share_a_look_that_is_under_way(services):
    first, second = submit_link(services, LINK, WISH).job, submit_link(services, LINK + "?lang=en", WISH).job
    assert (first.look, first.number + 1) == (second.look, second.number)
    assert second.submitted_url == LINK + "?lang=en"


def test_what_was_concluded_is_answered_at_once_per_format(services):
    submit_link(services, LINK, WISH)
    seen(services)
    known = submit_link(services, LINK, WISH)
    assert known.document is not None
    assert known.job.state == "succeeded"
    other = submit_link(services, LINK, replace(WISH, format="recipe"))
    assert (other.document, other.job.state, other.job.look) == (None, "queued", known.job.look)
    assert rows(services, works(services)) == 2


def test_a_known_video_that_is_too_long_for_the_caller_is_not_answered(services):
    submit_link(services, LINK, WISH)
    seen(services)
    assert submit_link(services, LINK, replace(WISH, max_seconds=5)).job.state == "queued"


def test_another_pipeline_is_a_new_look(services):
    first = submit_link(services, LINK, WISH).job
    seen(services)
    newer = submit_link(replace(services, pipeline="newer"), LINK, WISH).job
    assert newer.generation > first.generation
    assert newer.state == "queued"


def test_who_asks_for_it_gets_a_new_look_but_not_a_second_one_under_way(services):
    anew = replace(WISH, refresh=True)
    first = submit_link(services, LINK, anew).job
    assert submit_link(services, LINK, anew).job.look == first.look
    seen(services)
    second = submit_link(services, LINK, anew).job
    assert (second.state, second.generation > first.generation) == ("queued", True)
    assert submit_link(services, LINK, WISH).job.look == second.look


def test_a_lasting_failure_is_believed_for_ten_minutes(services):
    first = submit_link(services, LINK, WISH).job
    failed(services, retryable=False)
    assert submit_link(services, LINK, WISH).job.look == first.look
    with services.database.writing() as connection:
        connection.execute(text("UPDATE videos SET finished_at = finished_at - :t"), {"t": FAILURE_BELIEVED_MILLISECONDS})
    assert submit_link(services, LINK, WISH).job.generation > first.generation


def test_a_failure_is_believed_only_while_the_operator_changed_nothing(services):
    first = submit_link(services, LINK, WISH).job
    failed(services, retryable=False, code="login_required")
    assert submit_link(services, LINK, WISH).job.look == first.look
    mended = submit_link(replace(services, fetching="with cookies"), LINK, WISH).job
    assert mended.generation > first.generation


def test_what_failed_for_a_setting_is_never_believed(services):
    first = submit_link(services, LINK, WISH).job
    failed(services, retryable=False, code="bad_setting")
    assert submit_link(services, LINK, WISH).job.generation > first.generation


def test_other_settings_for_fetching_are_no_reason_to_look_again(services):
    first = submit_link(services, LINK, WISH).job
    seen(services)
    known = submit_link(replace(services, fetching="through a proxy"), LINK, WISH)
    assert (known.job.look, known.job.state) == (first.look, "succeeded")


def test_a_short_link_must_lead_to_a_platform_of_the_dialect(services):
    found = read_link(LINK)
    resolving = replace(services, resolve=lambda _short: found)
    with pytest.raises(UnsupportedHost):
        submit_link(
            resolving, "https://www.instagram.com/share/BAF0C-s3fM", replace(WISH, platforms=frozenset({"instagram"}))
        )
    assert rows(services, "jobs") == 0


def test_only_so_many_short_links_are_resolved_at_a_time(services):
    """A platform that answers slowly must not take every thread of the server."""
    go, begun = threading.Event(), threading.Semaphore(0)

    def slow(_short):
        begun.release()
        assert go.wait(30)
        raise NotAVideo

    resolving = replace(services, resolve=slow)
    short = "https://vm.tiktok.com/ZMabcdef/"
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(submit_link, resolving, short, WISH) for _ in range(8)]
        for _ in waiting:
            assert begun.acquire(timeout=30)
        with pytest.raises(NetworkError):
            submit_link(resolving, short, WISH)
        go.set()
        assert all(isinstance(each.exception(), NotAVideo) for each in waiting)
    with pytest.raises(NotAVideo):
        submit_link(resolving, short, WISH)


def test_a_passing_failure_and_a_cancelled_look_are_not_believed(services):
    first = submit_link(services, LINK, WISH).job
    failed(services, retryable=True)
    second = submit_link(services, LINK, WISH).job
    with services.database.writing() as connection:
        give_up_look(connection, second.look, 1)
    third = submit_link(services, LINK, WISH).job
    assert first.generation < second.generation < third.generation


def test_evidence_that_was_pruned_is_a_new_look(services):
    first = submit_link(services, LINK, WISH).job
    seen(services)
    with services.database.writing() as connection:
        connection.execute(text("DELETE FROM results"))
        connection.execute(text("DELETE FROM sights"))
    assert submit_link(services, LINK, WISH).job.generation > first.generation


def test_a_file_is_its_owners_alone(services):
    def upload(owner: str):
        with receiving(services, "../a.mp4") as receiver:
            receiver.write(b"film")
            return submit_file(services, receiver.finish(), replace(WISH, owner=owner)).job

    first, again, stranger = upload("a"), upload("a"), upload("b")
    assert first.look == again.look != stranger.look
    assert first.video_id == stranger.video_id
    assert first.submitted_url == "upload:a.mp4"
    assert rows(services, "media") == 2


def test_a_number_is_never_given_out_twice(services):
    first = submit_link(services, LINK, WISH).job
    delete_job(services, "local", first.number)
    assert submit_link(services, LINK, WISH).job.number > first.number


def test_a_job_answers_for_as_long_as_it_was_set(tmp_path):
    with fresh_services(tmp_path, Retention(job_ttl=60)) as services:
        job = submit_link(services, LINK, WISH).job
        assert job.expires_at - job.created_at == 60_000
        with services.database.reading() as connection:
            assert job_by_id(connection, job.id) == job

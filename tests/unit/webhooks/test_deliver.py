from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import text

from clipsight.errors import BadWebhookUrl, DeliveryNotFound, DeliveryUnderWay, WebhookSecretMissing
from clipsight.jobs.ending import conclude_job
from clipsight.store.database import clock
from clipsight.store.records import Errand, Failure, Outcome
from clipsight.testing.store import fresh_services
from clipsight.usecases.services import Services
from clipsight.usecases.submit import Wish, submit_link
from clipsight.usecases.webhooks import Webhooks
from clipsight.webhooks.deliver import JITTER, LOST_MILLISECONDS, Deliverer
from clipsight.webhooks.notify import Notifier
from clipsight.webhooks.rules import WebhookRules
from clipsight.webhooks.sending import Answer

LINK = "https://www.tiktok.com/@scout2015/video/7301234567890123456"
HOOK = "https://example.com/hook"
WISH = Wish("local", "jobs", None, 180, frozenset({"tiktok"}))
RULES = WebhookRules(back_off=(10.0, 20.0))


class Later:
    """Remembers what is to be done later."""

    def __init__(self) -> None:
        self.errands: list[tuple[Errand, float]] = []

    def run_later(self, connection, errand, delay) -> None:
        self.errands.append((errand, delay))


class Outside:
    """Answers as it is told."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[str, dict[str, str], bytes]] = []

    async def post(self, target, headers, body) -> Answer:
        self.sent.append((target.authority + target.path, dict(headers), body))
        return self.answers.pop(0)


class Scene:
    def __init__(self, services: Services) -> None:
        self.later = Later()
        self.webhooks = Webhooks(services.database, self.later, RULES)
        notifier = Notifier(self.later, RULES)
        self.services = replace(services, webhooks=self.webhooks, ended=(notifier,))

    def end(self, outcome: str = "succeeded", failure: Failure | None = None, webhook: str | None = HOOK) -> str:
        """A job with this outcome; its id."""
        job = submit_link(self.services, LINK, replace(WISH, webhook_url=webhook)).job
        with self.services.database.writing() as connection:
            connection.execute(text("UPDATE jobs SET state = 'running'"))
            conclude_job(connection, job.id, Outcome(outcome, clock(connection), failure), self.services.ended)
        return job.id

    def work(self, *answers: Answer) -> Outside:
        """Do errands until none is left."""
        outside = Outside(*answers)
        deliverer = Deliverer(self.services.database, self.later, RULES, outside)
        while self.later.errands and outside.answers:
            errand, _ = self.later.errands.pop(0)
            asyncio.run(deliverer(errand))
        return outside


@pytest.fixture
def scene(tmp_path, database_url) -> Iterator[Scene]:
    with fresh_services(tmp_path, url=database_url) as services:
        made = Scene(services)
        made.webhooks.rotate("local")
        yield made


def test_without_a_secret_or_with_a_bad_address_nothing_is_taken(tmp_path):
    with fresh_services(tmp_path) as services:
        with pytest.raises(WebhookSecretMissing):
            submit_link(services, LINK, replace(WISH, webhook_url=HOOK))
        services.webhooks.rotate("local")
        with pytest.raises(BadWebhookUrl):
            submit_link(services, LINK, replace(WISH, webhook_url="https://127.0.0.1/"))
        with services.database.reading() as connection:
            assert connection.execute(text("SELECT count(*) FROM jobs")).scalar_one() == 0
        submit_link(services, LINK, replace(WISH, webhook_url=HOOK))


def test_the_message_is_thin_and_says_what_became_of_the_job(scene):
    job = scene.end("failed", Failure("private", "The video is private"))
    outside = scene.work(Answer(200))
    [(where, headers, body)] = outside.sent
    message = json.loads(body)
    assert where == "example.com/hook"
    assert len(body) < 20_000
    assert set(message) == {"type", "timestamp", "data"}
    assert message["type"] == "job.failed"
    assert message["timestamp"].endswith("Z")
    assert message["data"] | {"number": 0} == {
        "jobId": job,
        "number": 0,
        "videoId": "7301234567890123456",
        "platform": "tiktok",
        "url": LINK,
        "status": "failed",
        "pollUrl": f"/v1/jobs/{job}",
        "error": "The video is private",
        "error_code": "private",
    }
    assert headers["webhook-id"].startswith("msg_")


def test_a_job_that_ends_twice_is_told_once(scene):
    job = scene.end()
    with scene.services.database.writing() as connection:
        assert conclude_job(connection, job, Outcome("failed", 1), scene.services.ended) is None
    assert len(scene.later.errands) == 1


def test_a_rollback_sends_nothing(scene):
    job = submit_link(scene.services, LINK, replace(WISH, webhook_url=HOOK)).job
    with pytest.raises(RuntimeError), scene.services.database.writing() as connection:  # noqa: PT012
        conclude_job(connection, job.id, Outcome("failed", 1), scene.services.ended)
        raise RuntimeError
    assert scene.webhooks.deliveries("local") == []


def test_tries_are_repeated_with_pauses_and_the_same_id_until_they_are_given_up(scene):
    scene.end()
    pauses = []
    outside = Outside(*[Answer(500)] * 3)
    deliverer = Deliverer(scene.services.database, scene.later, RULES, outside)
    while scene.later.errands:
        errand, pause = scene.later.errands.pop(0)
        pauses.append(pause)
        asyncio.run(deliverer(errand))
    assert pauses[0] == 0
    assert pauses[1:] == [pytest.approx(10, rel=JITTER), pytest.approx(20, rel=JITTER)]
    assert len({headers["webhook-id"] for _, headers, _ in outside.sent}) == 1
    [delivery] = scene.webhooks.deliveries("local")
    assert (delivery.state, delivery.tries, delivery.next_at) == ("failed", 3, None)
    _, tries = scene.webhooks.delivery("local", delivery.id)
    assert [(each.number, each.status) for each in tries] == [(1, 500), (2, 500), (3, 500)]


def test_a_receiver_may_ask_for_more_time_but_not_for_ever(scene):
    scene.end()
    scene.work(Answer(503, retry_after=3600))
    assert scene.later.errands[-1][1] == 3600
    scene.later.errands[-1] = (scene.later.errands[-1][0], 0)
    scene.work(Answer(503, retry_after=10**9))
    assert scene.later.errands[-1][1] == 24 * 3600


def test_what_was_tried_is_not_tried_again_after_a_crash(scene):
    scene.end()
    first, _ = scene.later.errands[0]
    scene.work(Answer(500))
    outside = Outside(Answer(200))
    asyncio.run(Deliverer(scene.services.database, scene.later, RULES, outside)(first))
    assert outside.sent == []


def test_410_disables_the_address_until_it_is_enabled(scene):
    scene.end()
    scene.end()
    assert len(scene.later.errands) == 2
    outside = scene.work(Answer(410), Answer(200))
    assert len(outside.sent) == 1, "the second was on its way already and is not sent either"
    scene.end()
    assert scene.later.errands == []
    assert [each.state for each in scene.webhooks.deliveries("local")] == ["disabled"] * 3
    scene.webhooks.enable("local", HOOK)
    scene.end()
    assert len(scene.work(Answer(204)).sent) == 1


def test_a_standing_address_is_told_of_every_job(scene):
    scene.webhooks.stand("local", "https://example.com/all")
    scene.end(webhook=None)
    scene.end(webhook=HOOK)
    scene.end(webhook="https://example.com/all")
    outside = scene.work(*[Answer(200)] * 9)
    assert sorted(where for where, _, _ in outside.sent) == ["example.com/all"] * 3 + ["example.com/hook"]
    scene.webhooks.stand("local", None)
    scene.end(webhook=None)
    assert scene.later.errands == []


def test_a_rotated_secret_signs_beside_the_new_one_for_a_while(scene):
    scene.webhooks.rotate("local", overlap=1000)
    scene.end()
    [(_, headers, _)] = scene.work(Answer(200)).sent
    assert len(headers["webhook-signature"].split()) == 2
    scene.webhooks.rotate("local", overlap=0)
    scene.end()
    [(_, headers, _)] = scene.work(Answer(200)).sent
    assert len(headers["webhook-signature"].split()) == 1
    assert len(scene.webhooks.overview("local").secrets) == 1


def test_a_private_address_behind_a_name_is_given_up_at_once(scene):
    scene.end()
    scene.work(Answer(trouble="private_address"))
    assert [each.state for each in scene.webhooks.deliveries("local")] == ["failed"]


def test_a_delivery_that_lost_its_way_is_found_and_old_ones_are_forgotten(scene):
    scene.end()
    scene.later.errands.clear()
    deliverer = Deliverer(scene.services.database, scene.later, RULES, Outside())
    deliverer.tidy()
    assert scene.later.errands == []
    with scene.services.database.writing() as connection:
        connection.execute(text("UPDATE webhook_deliveries SET next_at = next_at - :t"), {"t": LOST_MILLISECONDS + 1000})
    deliverer.tidy()
    assert len(scene.later.errands) == 1
    scene.work(Answer(200))
    with scene.services.database.writing() as connection:
        connection.execute(text("UPDATE webhook_deliveries SET finished_at = 1"))
    deliverer.tidy()
    assert scene.webhooks.deliveries("local") == []


def test_the_log_is_the_owners_and_may_be_sent_again(scene):
    scene.end()
    [delivery] = scene.webhooks.deliveries("local")
    with pytest.raises(DeliveryUnderWay):
        scene.webhooks.redeliver("local", delivery.id)
    scene.work(Answer(200))
    for call in (scene.webhooks.delivery, scene.webhooks.redeliver):
        with pytest.raises(DeliveryNotFound):
            call("somebody else", delivery.id)
    assert scene.webhooks.deliveries("somebody else") == []
    scene.webhooks.redeliver("local", delivery.id)
    outside = scene.work(Answer(200))
    assert outside.sent[0][1]["webhook-id"] == delivery.id
    assert scene.webhooks.deliveries("local", before=delivery.id) == []

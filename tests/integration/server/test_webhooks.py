"""Webhooks through the whole server: signed, repeated, not lost with a worker, logged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest
from standardwebhooks.webhooks import Webhook

from clipsight.testing.receiver import Received, Receiver
from clipsight.testing.server import TestServer, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hooked(tmp_path_factory) -> Iterator[TestServer]:
    settings = {"CLIPSIGHT_WEBHOOK_ALLOW_PRIVATE": "true", "CLIPSIGHT_WEBHOOK_RETRIES": "0.1,0.2,0.3"}
    with TestServer(tmp_path_factory.mktemp("hooked"), settings) as running:
        yield running


@pytest.fixture
def server(hooked) -> TestServer:
    return hooked


def secret(server: TestServer) -> str:
    made = server.client.post("/v1/webhooks/secret", json={"overlap": 60})
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    return made.json()["secret"]


def state(server: TestServer, job: str) -> list[str]:
    found = server.client.get("/v1/webhooks/deliveries", params={"jobId": job}).json()["deliveries"]
    return [each["state"] for each in found]


def verified(request: Received, *secrets: str) -> dict:
    [message] = [Webhook(each).verify(request.body, request.headers) for each in secrets][:1]
    return message


def test_a_message_is_signed_with_both_secrets_and_repeated_until_it_is_taken(server, clip):
    first = secret(server)
    second = secret(server)
    with Receiver(500, 302) as receiver:
        submitted = server.submit(clip.link, webhookUrl=receiver.url)
        assert submitted.status_code == 202, submitted.text
        job = submitted.json()["jobId"]
        requests = wait_for(lambda: receiver.received(3), "three tries")
        wait_for(lambda: state(server, job) == ["delivered"], "the end of the delivery")
        for request in requests:
            assert verified(request, first) == verified(request, second) == request.message
    assert len({request.headers["webhook-id"] for request in requests}) == 1
    message = requests[0].message
    assert (message["type"], message["data"]["jobId"], message["data"]["status"]) == ("job.succeeded", job, "success")
    polled = server.client.get(message["data"]["pollUrl"]).json()
    assert polled["status"] == "success"

    overview = server.client.get("/v1/webhooks").json()
    assert [each["validUntil"] is None for each in overview["secrets"]] == [True, False]
    assert second not in str(overview)
    [listed] = server.client.get("/v1/webhooks/deliveries", params={"jobId": job}).json()["deliveries"]
    detail = server.client.get(f"/v1/webhooks/deliveries/{listed['id']}").json()
    assert [each["status"] for each in detail["attempts"]] == [500, 302, 204]
    assert detail["body"] == message
    assert second not in server.log()


def test_a_known_answer_is_told_too_and_so_is_a_reel(server, clip):
    secret(server)
    with Receiver() as receiver:
        server.outcome(server.submit(clip.link))
        again = server.submit(clip.link, webhookUrl=receiver.url)
        assert again.status_code == 200
        wait_for(lambda: receiver.received(1), "the message")
        link = "https://www.instagram.com/reel/CwebhookNr1/"
        reel = server.client.post("/api/v1/reels/analyze", json={"url": link, "webhookUrl": receiver.url})
        requests = wait_for(lambda: receiver.received(2), "the message")
    assert requests[0].message["data"]["jobId"] == again.json()["jobId"]
    assert requests[1].message["data"]["number"] == reel.json()["id"]


def test_a_worker_that_is_killed_while_it_sends_loses_nothing(server, clip):
    secret(server)
    with Receiver() as receiver:
        receiver.hold.clear()
        job = server.submit(clip.link, webhookUrl=receiver.url).json()["jobId"]
        wait_for(lambda: receiver.received(1), "the first try")
        os.kill(server.workers()[-1], signal.SIGKILL)
        receiver.hold.set()
        requests = wait_for(lambda: receiver.received(2), "another try")
        wait_for(lambda: state(server, job) == ["delivered"], "the end of the delivery")
    assert requests[0].headers["webhook-id"] == requests[1].headers["webhook-id"]


def test_what_is_refused(server, clip):
    bad = server.submit(clip.link, webhookUrl="ftp://example.com/")
    assert (bad.status_code, bad.json()["code"]) == (400, "bad_webhook_url")
    for body in ({"url": 3}, {"url": "https://example.com/", "more": 1}, {}):
        assert server.client.put("/v1/webhooks", json=body).status_code == 400
    assert server.client.get("/v1/webhooks/deliveries/msg_none").status_code == 404


def test_the_standing_address_and_the_command_line(server, clip):
    secret(server)
    environment = {**os.environ, "CLIPSIGHT_DATA_DIR": str(server.folder / "data"), "CLIPSIGHT_WEBHOOK_ALLOW_PRIVATE": "1"}

    def command(*arguments: str) -> str:
        line = [sys.executable, "-m", "clipsight", "webhook", *arguments]
        done = subprocess.run(line, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    with Receiver() as receiver:
        command("url", receiver.url)
        assert server.client.get("/v1/webhooks").json()["url"] == receiver.url
        made = command("secret").strip()
        job = server.submit(clip.link).json()["jobId"]
        [request] = wait_for(lambda: receiver.received(1), "the message")
        assert verified(request, made)["data"]["jobId"] == job
        wait_for(lambda: state(server, job) == ["delivered"], "the end of the delivery")
        assert "delivered" in command("deliveries", "--job", job)
    assert server.client.put("/v1/webhooks", json={"url": None}).json()["url"] is None

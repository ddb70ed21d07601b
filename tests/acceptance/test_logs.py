"""The logs of all processes of a server that holds every kind of secret: jobs are found in them, and no secret is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipsight.testing.clips import ClipRecipe, Noise, Plain, Shot, render
from clipsight.testing.platforms import SimulatedPlatforms
from clipsight.testing.platforms.tiktok import SIGNATURE
from clipsight.testing.receiver import Receiver
from clipsight.testing.server import SIMULATED_PLATFORMS, TestServer, wait_for
from clipsight.testing.stand_ins import write_stand_ins

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("links")]

IDEMPOTENCY_KEY = "idempotency-key-that-nobody-else-may-use"
HOOK_PATH = "/services/secret-of-the-address"
ENDS = {"instagram-cookies": "succeeded", "tiktok-media-403": "failed: platform_changed"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedPlatforms]:
    clip = tmp_path_factory.mktemp("clip") / "clip.mp4"
    render(ClipRecipe(shots=(Shot(Plain((96, 110, 120)), 1),), sounds=(Noise(0, 1),), size=(144, 256)), clip)
    with SimulatedPlatforms(clip) as started:
        yield started


def new_token(server: TestServer) -> str:
    command = [sys.executable, "-m", "clipsight", "token", "create", "usual", "--data-dir", str(server.folder / "data")]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=server.folder).stdout.strip()


def run_jobs(server: TestServer, world: SimulatedPlatforms, hook: str) -> dict[str, str]:
    """Jobs with their ends: one with the operator's account, one whose media are refused."""
    jobs: dict[str, str] = {}
    for name, end in ENDS.items():
        submitted = server.client.post(
            "/v1/jobs",
            json={"url": world.scenario(name).link, "webhookUrl": hook},
            headers={"Idempotency-Key": f"{IDEMPOTENCY_KEY}-{name}"},
        )
        server.outcome(submitted)
        jobs[submitted.json()["jobId"]] = end
    return jobs


def test_jobs_are_found_in_the_logs_and_secrets_are_not(world: SimulatedPlatforms, tmp_path: Path) -> None:
    cookies = world.scenario("instagram-cookies").cookies
    assert cookies is not None
    (tmp_path / "cookies.txt").write_text(cookies)
    write_stand_ins(world, tmp_path)
    settings = {
        "CLIPSIGHT_CA_BUNDLE": str(world.ca_bundle),
        "CLIPSIGHT_COOKIES_INSTAGRAM": str(tmp_path / "cookies.txt"),
        "CLIPSIGHT_ACCESS": "token",
        "CLIPSIGHT_WEBHOOK_ALLOW_PRIVATE": "true",
        "CLIPSIGHT_WEBHOOK_RETRIES": "0.1",
        "CLIPSIGHT_WORKERS": "1",
        "CLIPSIGHT_LOG_FORMAT": "json",
        "CLIPSIGHT_LOG_LEVEL": "debug",
    }
    with TestServer(tmp_path, settings, command=SIMULATED_PLATFORMS) as server, Receiver(500) as receiver:
        token = new_token(server)
        server.client.headers["Authorization"] = f"Bearer {token}"
        webhook = server.client.post("/v1/webhooks/secret", json={"overlap": 60}).raise_for_status().json()["secret"]
        jobs = run_jobs(server, world, receiver.url.removesuffix("/hook") + HOOK_PATH)
        wait_for(lambda: receiver.received(len(jobs) + 1), "the messages, the first of them twice")
    log = server.log()

    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    for job, end in jobs.items():
        about = [line for line in lines if line.get("job") == job]
        assert [line["message"] for line in about if line["message"].startswith("job ")] == ["job taken", f"job {end}"]
        assert {line["owner"] for line in about} == {"token:1"}
    assert any("exception" in line for line in lines), "why a fetch failed is told"

    media = [request.path for request in world.requests if request.path.startswith("/media/")]
    assert media
    cookie_values = [line.split("\t")[-1] for line in cookies.splitlines() if not line.startswith("#")]
    for secret in (token, webhook, IDEMPOTENCY_KEY, HOOK_PATH, SIGNATURE, *media, *cookie_values):
        assert secret
        assert secret not in log

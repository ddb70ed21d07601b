"""The page «GET /api/v1/reels/:id»: fields, transitions, and its shell loop as it stands there."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from clipsight.edges.rest.reels.models import Reel
from clipsight.testing.server import wait_for

ANALYZE = "/api/v1/reels/analyze"


def submit(server, code: str) -> int:
    return server.client.post(ANALYZE, json={"url": f"https://www.instagram.com/reel/{code}/?igsh=x"}).json()["id"]


def test_every_field_of_the_table(server):
    number = submit(server, "DYa0IXPgnP5")

    def done() -> dict | None:
        body = server.client.get(f"/api/v1/reels/{number}").json()
        return body if body["status"] == "done" else None

    body = wait_for(done, "the reel")
    Reel.model_validate(body)
    assert list(body) == ["id", "url", "status", "error", "result", "created_at"]
    assert body["url"] == "https://www.instagram.com/reel/DYa0IXPgnP5/?igsh=x"  # the submitted one
    assert body["error"] is None
    assert set(body["result"]) == {"summary", "visual", "audio", "content", "metadata", "platform_meta"}
    assert body["result"]["platform_meta"]["like_count"] == 3
    assert body["result"]["content"]["key_moments"] == [{"timestamp": "0:00", "description": "Flour is measured."}]


def test_pending_then_processing_then_done_and_never_another(server):
    server.hold("look")
    number = submit(server, "Chunk8-aaaa")
    seen = []

    def reached(status: str):
        def look() -> bool:
            body = server.client.get(f"/api/v1/reels/{number}").json()
            Reel.model_validate(body)
            if not seen or seen[-1] != body["status"]:
                seen.append(body["status"])
            return seen[-1] == status

        return look

    wait_for(reached("processing"), "processing")
    server.release("look")
    wait_for(reached("done"), "done")
    assert seen in (["pending", "processing", "done"], ["processing", "done"])
    assert server.client.get(f"/api/v1/reels/{number}").json() == server.client.get(f"/api/v1/reels/{number}").json()


def test_lyrics_are_not_passed_off_as_speech(server):
    number = submit(server, "Chunk8-bbbb")
    wait_for(lambda: server.client.get(f"/api/v1/reels/{number}").json()["status"] == "done", "the reel")
    assert server.client.get(f"/api/v1/reels/{number}").json()["result"]["audio"]["transcript"] == "Two cups of flour."


def need(program: str) -> None:
    if shutil.which(program) is None:
        reason = f"{program} is not installed; on Debian: apt-get install {program}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def test_the_shell_loop_of_the_page(server):
    need("curl")
    need("jq")
    number = submit(server, "Chunk8-cccc")
    loop = f"""
while true; do
  STATUS=$(curl -s {server.url}/api/v1/reels/{number} \\
    -H "Authorization: Bearer ist_your_token" | jq -r '.status')
  echo "Status: $STATUS"
  [ "$STATUS" = "done" ] && break
  [ "$STATUS" = "error" ] && exit 1
  sleep 0.1
done
"""
    ran = subprocess.run(["bash", "-c", loop], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "Status: done"

"""The page «GET /api/v1/reels/:id»: its fields, its transitions, its examples as they stand there."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

import pytest

from clipsight.edges.rest.reels.models import Reel
from clipsight.testing.server import LOOK_STEP, wait_for

ANALYZE = "/api/v1/reels/analyze"
EXAMPLES = Path(__file__).parent / "examples"
TOKEN = "ist_anything"  # open access asks for none and minds none


RESULT = {
    "visual": {"description", "setting", "subjects", "text_on_screen"},
    "audio": {"transcript", "language", "has_music", "music_description"},
    "content": {"topics", "hooks", "call_to_action", "key_moments"},
    "metadata": {"format", "sentiment", "target_audience"},
}


def submit(server, code: str) -> int:
    return server.client.post(ANALYZE, json={"url": f"https://www.instagram.com/reel/{code}/?igsh=x"}).json()["id"]


@pytest.mark.row("get id", "get url", "get result", "get created_at", "get status", "get error")
def test_every_field_of_the_table(server):
    number = submit(server, "DYa0IXPgnP5")

    def done() -> dict | None:
        body = server.client.get(f"/api/v1/reels/{number}").json()
        return body if body["status"] == "done" else None

    body = wait_for(done, "the reel")
    Reel.model_validate(body)
    assert list(body) == ["id", "url", "status", "error", "result", "created_at"]
    assert body["url"] == "https://www.instagram.com/reel/DYa0IXPgnP5/?igsh=x"  # the submitted one
    assert (body["id"], body["error"]) == (number, None)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", body["created_at"])
    assert all(set(part) == RESULT[name] for name, part in body["result"].items() if name in RESULT)
    assert set(body["result"]) == {"summary", "visual", "audio", "content", "metadata", "platform_meta"}
    assert body["result"]["platform_meta"]["like_count"] == 3
    assert body["result"]["content"]["key_moments"] == [{"timestamp": "0:00", "description": "Flour is measured."}]


@pytest.mark.row("get status", "get transitions")
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


def example(name: str, server, number: int) -> str:
    """An example as it stands on the page, but for host, token and the id in the shell's."""
    text = (EXAMPLES / name).read_text()
    assert "https://api.instatollm.com" in text
    text = text.replace("https://api.instatollm.com", server.url).replace("ist_your_token", TOKEN)
    return text.replace("/api/v1/reels/42", f"/api/v1/reels/{number}")


def need(program: str, package: str) -> None:
    if shutil.which(program) is None:
        reason = f"{program} is not installed; on Debian: apt-get install {package}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)


def run(*command: str) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.mark.row("get python")
def test_the_python_example(server, monkeypatch):
    server.hold("look")
    number = submit(server, "Chunk8-pyex")
    slept = []

    def instead_of_sleeping(seconds: float) -> None:
        if not slept:
            server.release("look")
        slept.append(seconds)
        threading.Event().wait(LOOK_STEP)

    monkeypatch.setattr(time, "sleep", instead_of_sleeping)
    namespace: dict = {}
    exec(example("wait_for_result.py.txt", server, number), namespace)
    result = namespace["wait_for_result"](number, TOKEN)
    assert result["summary"] == "Somebody measures flour."
    assert set(slept) == {5}  # it was told to wait, and waited as the page says


@pytest.mark.row("get python")
def test_the_python_example_raises_the_reason(server):
    number = failed(server, "Chunk8-pyer")
    namespace: dict = {}
    exec(example("wait_for_result.py.txt", server, number), namespace)
    with pytest.raises(RuntimeError, match="Analysis failed: Video is not available"):
        namespace["wait_for_result"](number, TOKEN)


# The runtime's own timers hand further arguments on, which must not be lost.
QUICK_TIMERS = (
    "const slow = setTimeout; globalThis.setTimeout = (done, ms, ...more) => slow(done, ms === 5000 ? 50 : ms, ...more);\n"
)


@pytest.mark.row("get javascript")
def test_the_javascript_example(server):
    need("node", "nodejs")
    number = submit(server, "Chunk8-jsex")
    call = f"console.log(JSON.stringify(await waitForResult({number}, '{TOKEN}')));"
    text = QUICK_TIMERS + example("wait_for_result.js.txt", server, number) + call
    result = json.loads(run("node", "--input-type=module", "--eval", text))
    assert result["summary"] == "Somebody measures flour."
    again = failed(server, "Chunk8-jser")
    call = f"await waitForResult({again}, '{TOKEN}').catch((error) => console.log(error.message));"
    text = QUICK_TIMERS + example("wait_for_result.js.txt", server, again) + call
    assert run("node", "--input-type=module", "--eval", text) == "Video is not available\n"


@pytest.mark.row("get shell")
def test_the_shell_example(server):
    need("curl", "curl")
    need("jq", "jq")
    number = submit(server, "Chunk8-cccc")
    quick = "sleep() { command sleep 0.1; }\n"
    told = run("bash", "-c", quick + example("poll_loop.sh.txt", server, number)).splitlines()
    assert told[-1] == "Status: done"
    assert set(told) <= {"Status: pending", "Status: processing", "Status: done"}


def failed(server, code: str) -> int:
    server.fail("fetch", "unavailable")
    try:
        number = submit(server, code)
        wait_for(lambda: server.client.get(f"/api/v1/reels/{number}").json()["status"] == "error", "the error")
    finally:
        server.heal("fetch")
    return number


@pytest.mark.row("get 404")
@pytest.mark.parametrize("number", ["999999", "0", "-1", "abc", "1.5", "9" * 30, "9223372036854775808", "%2042", "0x2a"])
def test_404_job_id_not_found(server, number):
    answer = server.client.get(f"/api/v1/reels/{number}")
    assert (answer.status_code, answer.json()) == (404, {"message": "not found", "status": "error"})


@pytest.mark.row("get error", "get status", "get transitions")
def test_an_error_is_final_and_says_why(server):
    number = failed(server, "Chunk8-fail")
    body = server.client.get(f"/api/v1/reels/{number}").json()
    Reel.model_validate(body)
    assert (body["status"], body["error"], body["result"]) == ("error", "Video is not available", None)
    assert server.client.get(f"/api/v1/reels/{number}").json() == body

"""Whatever is killed, an accepted job ends, and only the step that was not finished is done again."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import time
from pathlib import Path

import httpx
import pytest

from clipsight.store.database import is_sqlite
from clipsight.testing.server import TestServer, wait_for

pytestmark = pytest.mark.slow


def holder(server: TestServer, call: str) -> int:
    return int(server.await_call(call)[-1].rpartition(" ")[2])


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def children(pid: int) -> set[int]:
    found = set()
    for task in Path(f"/proc/{pid}/task").iterdir():
        found |= set(map(int, (task / "children").read_text().split()))
    return found


def freeze(server: TestServer, pid: int) -> bool:
    """Stop a process, unless it holds the write lock: then everybody would wait for it, as with any SQLite file."""
    os.kill(pid, signal.SIGSTOP)
    if not is_sqlite(server.database_url):
        return True
    database = sqlite3.connect(server.folder / "data" / "clipsight.db", timeout=1, isolation_level=None)
    try:
        database.execute("BEGIN IMMEDIATE")
        database.execute("ROLLBACK")
    except sqlite3.OperationalError:
        os.kill(pid, signal.SIGCONT)
        return False
    finally:
        database.close()
    return True


def test_a_killed_worker_costs_only_the_step_at_hand(server, clip):
    server.hold("look")
    submitted = server.submit(clip.link)
    os.kill(holder(server, f"look {clip.key}"), signal.SIGKILL)
    killed = time.monotonic()
    server.await_call(f"look {clip.key}", 2)
    assert time.monotonic() - killed < 10
    server.release("look")
    assert server.outcome(submitted)["status"] == "success"
    assert len(server.calls(f"fetch {clip.key}")) == 1
    assert len(server.calls(f"look {clip.key}")) == 2
    assert len(server.calls(f"conclude {clip.key}")) == 1


def test_a_worker_that_was_taken_for_dead_writes_nothing(server, clip, other_clip, third_clip):
    server.hold("look")
    submitted = server.submit(clip.link)
    zombie = holder(server, f"look {clip.key}")
    wait_for(lambda: freeze(server, zombie), "a moment in which it does not write")
    try:
        server.await_call(f"look {clip.key}", 2)
        server.release("look")
        first = server.outcome(submitted)
        document = server.client.get(submitted.json()["pollUrl"] + "/evidence").content
    finally:
        os.kill(zombie, signal.SIGCONT)
    # It notices that it was superseded, and is free for other work.
    server.hold("look")
    others = [server.submit(link) for link in (other_clip.link, third_clip.link)]
    server.await_call(f"look {other_clip.key}")
    server.await_call(f"look {third_clip.key}")
    server.release("look")
    for another in others:
        assert server.outcome(another)["status"] == "success"
    assert server.client.get(submitted.json()["pollUrl"]).json() == first
    assert server.client.get(submitted.json()["pollUrl"] + "/evidence").content == document
    assert len(server.calls(f"look {clip.key}")) == 2
    assert len(server.calls(f"conclude {clip.key}")) == 1


def test_a_job_that_kills_its_workers_is_given_up_with_a_code(server, clip):
    server.die("look", 50)
    submitted = server.submit(clip.link)
    body = server.outcome(submitted)
    assert body["error_code"] == "poisoned"
    assert len(server.calls(f"look {clip.key}")) == 3
    (server.folder / "die-look").unlink()
    assert server.outcome(server.submit(clip.link))["status"] == "success"


def test_a_job_whose_document_kills_its_workers_is_given_up_too(server, clip):
    server.die("conclude", 50)
    body = server.outcome(server.submit(clip.link))
    assert body["error_code"] == "poisoned"
    assert 3 <= len(server.calls(f"conclude {clip.key}")) <= 4
    assert len(server.calls(f"look {clip.key}")) == 1


def test_a_job_that_waits_is_not_blamed_for_what_stops_its_worker(tmp_path, clip, other_clip):
    with TestServer(tmp_path, {"CLIPSIGHT_WORKERS": "1"}) as server:
        server.hold("fetch")
        server.die("look", 50, clip.key)
        poison = server.submit(clip.link)
        server.await_call(f"fetch {clip.key}")
        waiting = server.submit(other_clip.link)
        poll = waiting.json()["pollUrl"]
        wait_for(lambda: server.client.get(poll).json()["status"] == "processing", "the other job to begin")
        server.release("fetch")
        assert server.outcome(poison)["error_code"] == "poisoned"
        assert server.outcome(waiting)["status"] == "success"


def test_the_api_process_is_replaced_when_it_dies(server):
    api = min(children(server.process.pid) - set(server.workers()))
    os.kill(api, signal.SIGKILL)

    def answers() -> bool:
        with contextlib.suppress(httpx.TransportError):
            return api not in children(server.process.pid) and server.client.get("/healthz").status_code == 200
        return False

    assert wait_for(answers, "another API process")


def test_a_server_that_stops_finishes_the_step_at_hand_and_one_that_is_killed_leaves_nothing(own_server, clip, other_clip):
    server = own_server
    server.hold("look")
    submitted = server.submit(clip.link)
    server.await_call(f"look {clip.key}")
    family = children(server.process.pid)
    assert len(family) == 3
    server.process.send_signal(signal.SIGTERM)
    wait_for(lambda: server.calls("close"), "the idle worker to leave")
    server.release("look")
    assert server.stop() == 0
    assert not any(map(alive, family))

    server.start()
    assert server.outcome(submitted)["status"] == "success"
    # Once, but for a stop that falls between the end of the look and its record: then it is repeated, and nothing is lost.
    assert len(server.calls(f"look {clip.key}")) in (1, 2)
    server.hold("look")
    waiting = server.submit(other_clip.link)
    server.await_call(f"look {other_clip.key}")
    family = children(server.process.pid)
    server.process.kill()
    server.process.wait()
    wait_for(lambda: not any(map(alive, family)), "the end of all processes")

    server.release("look")
    server.start()
    assert server.outcome(waiting)["status"] == "success"
    assert len(server.calls(f"fetch {other_clip.key}")) == 1

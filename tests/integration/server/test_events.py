"""Following a job over HTTP: what is told, and what is not lost when the connection or the server goes away."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from clipsight.edges.rest.jobs.models import Job, JobUnderWay
from clipsight.testing.server import TestServer, wait_for


@dataclass(frozen=True)
class Event:
    kind: str
    mark: str
    body: dict


def events(answer: httpx.Response) -> Iterator[Event]:
    found: dict[str, str] = {}
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if line and name:
            found[name] = value
        if not line and "data" in found:
            yield Event(found["event"], found["id"], json.loads(found["data"]))
            found = {}


def stream(server: TestServer, path: str, **headers: str):
    return server.client.stream("GET", path + "/events", headers=headers)


def test_progress_is_told_as_it_comes_and_the_outcome_at_the_end(server, clip):
    server.hold("look")
    submitted = server.submit(clip.link)
    poll = submitted.json()["pollUrl"]
    server.await_call(f"look {clip.key}")
    with stream(server, poll) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert (answer.headers["x-accel-buffering"], answer.headers["cache-control"]) == ("no", "no-store")
        told = events(answer)
        first = next(told)
        server.release("look")
        rest = list(told)
    *under_way, last = [first, *rest]
    for each in under_way:
        assert each.kind == "progress"
        JobUnderWay.model_validate(each.body)
    assert under_way[0].body["jobId"] == submitted.json()["jobId"]
    assert {each.body["progress"]["stage"] for each in under_way} <= {"queued", "fetch", "decode", "speech"}
    assert len({each.mark for each in [*under_way, last]}) == len(under_way) + 1
    assert last.kind == "done"
    Job.model_validate(last.body)
    assert last.body == server.client.get(poll).json()
    assert server.client.get(poll + "/events", headers={"Last-Event-ID": last.mark}).status_code == 204


def test_a_failure_is_told_with_its_code_also_under_the_number_of_a_reel(server, clip):
    server.fail("fetch", "private")
    with stream(server, server.submit(clip.link).json()["pollUrl"]) as answer:
        *_, last = events(answer)
    assert (last.kind, last.body["status"], last.body["error_code"]) == ("done", "failed", "private")
    reel = server.client.post("/api/v1/reels/analyze", json={"url": "https://www.instagram.com/reel/CeventsNr-1/"})
    with stream(server, f"/v1/jobs/{reel.json()['id']}") as answer:
        *_, last = events(answer)
    assert last.body["error_code"] == "private"


def test_nothing_is_told_twice_after_a_break(server, clip):
    server.hold("look")
    poll = server.submit(clip.link).json()["pollUrl"]

    def looking() -> Event | None:
        with stream(server, poll) as answer:
            event = next(events(answer))
            return event if event.body["progress"]["stage"] == "decode" else None

    before = wait_for(looking, "the look")
    with stream(server, poll, **{"Last-Event-ID": before.mark}) as answer:
        told = events(answer)
        server.release("look")
        after = list(told)
    assert before.mark not in {event.mark for event in after}
    assert after[-1].kind == "done"


def test_a_deleted_job_ends_its_stream(server, clip):
    server.hold("look")
    poll = server.submit(clip.link).json()["pollUrl"]
    with stream(server, poll) as answer:
        told = events(answer)
        next(told)
        server.client.delete(poll)
        assert [event.kind for event in told][-1] == "gone"
    assert server.client.get(poll + "/events").status_code == 404


def test_a_stream_outlives_a_restart_of_the_server_by_its_number(own_server, clip):
    server = own_server
    server.hold("look")
    poll = server.submit(clip.link).json()["pollUrl"]
    server.await_call(f"look {clip.key}")
    with stream(server, poll) as answer:
        told = events(answer)
        first = next(told)
        server.process.send_signal(signal.SIGTERM)
        for event in told:
            first = event
            assert event.kind == "progress"
    server.release("look")
    server.stop()
    server.start()
    with stream(server, poll, **{"Last-Event-ID": first.mark}) as answer:
        after = list(events(answer))
    assert first.mark not in {event.mark for event in after}
    assert after[-1].body["status"] == "success"


@pytest.mark.slow
def test_listeners_that_go_leave_room_for_others(tmp_path, clip):
    with TestServer(tmp_path, {"CLIPSIGHT_MAX_STREAMS": "1"}) as server:
        server.hold("look")
        poll = server.submit(clip.link).json()["pollUrl"]
        with stream(server, poll) as answer:
            told = events(answer)
            next(told)
            with stream(server, poll) as full:
                assert full.status_code == 503
                assert json.loads(full.read())["code"] == "too_many_streams"
                assert int(full.headers["retry-after"]) > 0
            told.close()

        def room() -> bool:
            with stream(server, poll) as answer:
                return answer.status_code == 200

        wait_for(room, "room for another listener")
        server.release("look")

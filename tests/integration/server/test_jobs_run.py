"""The main paths: submit, run in a worker, poll, result; once per video, whoever asks how often."""

from __future__ import annotations

import httpx
import pytest

from clipsight.edges.rest.jobs import models as jobs_models
from clipsight.edges.rest.reels import models as reels_models
from clipsight.schema.result import Document
from clipsight.testing.server import wait_for

REEL = "https://www.instagram.com/reel/{code}/"


def test_a_link_through_the_jobs_dialect(server, clip):
    server.hold("look")
    submitted = server.submit(clip.link + "?is_from_webapp=1")
    assert submitted.status_code == 202
    body = submitted.json()
    assert body == {
        "jobId": body["jobId"],
        "videoId": clip.video_id,
        "status": "pending",
        "pollUrl": f"/v1/jobs/{body['jobId']}",
    }
    assert submitted.headers["location"] == body["pollUrl"]
    server.await_call(f"look {clip.key}")

    polled = server.client.get(body["pollUrl"])
    assert polled.status_code == 200
    assert polled.headers["retry-after"] == "5"
    assert polled.json()["status"] == "processing"
    assert polled.json()["progress"] == {"stage": "decode", "fraction": 0.3}
    early = server.client.get(body["pollUrl"] + "/evidence")
    assert (early.status_code, early.json()["code"], early.headers["retry-after"]) == (409, "job_not_finished", "5")

    server.release("look")
    done = server.outcome(submitted)
    jobs_models.Job.model_validate(done)
    assert done["result"] | {"processedAt": ""} == {
        "platform": "tiktok",
        "url": clip.link,
        "title": "A title",
        "author": "Jane",
        "authorHandle": "@jane",
        "transcription": "Two cups of flour.",
        "language": "en",
        "onScreenText": "Day 1 · Follow for more",
        "visualDescription": "Two shots with text.",
        "scenes": [
            {"timestamp": "0:00", "description": "Flour is measured."},
            {"timestamp": "0:03", "description": "On screen: Follow for more"},
        ],
        "processedAt": "",
    }
    assert "retry-after" not in server.client.get(body["pollUrl"]).headers


def test_a_file_through_the_reels_dialect(server):
    submitted = server.client.post("/api/v1/reels/analyze", files={"file": ("../My clip.mp4", b"bytes of a reel")})
    assert submitted.status_code == 202
    assert submitted.json() == {"id": submitted.json()["id"], "status": "pending"}
    number = submitted.json()["id"]

    def done() -> dict | None:
        body = server.client.get(f"/api/v1/reels/{number}").json()
        reels_models.Reel.model_validate(body)
        return body if body["status"] not in {"pending", "processing"} else None

    reel = wait_for(done, "the reel")
    assert list(reel) == ["id", "url", "status", "error", "result", "created_at"]
    assert (reel["status"], reel["error"], reel["url"]) == ("done", None, "upload:My clip.mp4")
    assert reel["created_at"].endswith("Z")
    assert reel["result"]["audio"]["transcript"] == "Two cups of flour."
    assert reel["result"]["platform_meta"] is None
    assert not server.calls("fetch file:")


def test_the_document_with_its_keyframes(server, clip):
    submitted = server.submit(clip.link)
    server.outcome(submitted)
    answer = server.client.get(submitted.json()["pollUrl"] + "/evidence")
    document = Document.model_validate_json(answer.content)
    assert document.video.video_id == clip.video_id
    [keyframe] = document.evidence.keyframes
    assert keyframe.url == submitted.json()["pollUrl"] + "/keyframes/k1"
    picture = server.client.get(keyframe.url)
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/jpeg")
    assert picture.content.startswith(b"\xff\xd8")
    assert server.client.get(keyframe.url[:-2] + "k9").status_code == 404


def test_the_same_video_is_looked_at_once_however_often_it_is_asked_for(server):
    server.hold("look")
    link = REEL.format(code="Chunk8-jurw")
    first = [server.submit(link + f"?igshid={number}") for number in range(3)]
    reel = server.client.post("/api/v1/reels/analyze", json={"url": link})
    formatted = server.submit(link, format="recipe")
    server.await_call("look instagram:Chunk8-jurw")
    server.release("look")
    for submitted in [*first, formatted]:
        assert server.outcome(submitted)["status"] == "success"
    wait_for(lambda: server.client.get(f"/api/v1/reels/{reel.json()['id']}").json()["status"] == "done", "the reel")
    assert len(server.calls("fetch instagram:Chunk8-jurw")) == 1
    assert len(server.calls("look instagram:Chunk8-jurw")) == 1


def test_a_known_answer_comes_at_once_and_another_format_needs_no_second_look(server, clip):
    server.outcome(server.submit(clip.link))
    again = server.submit(clip.link)
    assert again.status_code == 200
    assert again.json()["status"] == "success"
    assert again.json()["result"]["transcription"] == "Two cups of flour."
    assert "format" not in again.json()
    assert server.client.get(f"/v1/jobs/{again.json()['jobId']}").json() == again.json()

    formatted = server.submit(clip.link, format="recipe")
    assert (formatted.status_code, formatted.json()["format"]) == (202, "recipe")
    body = server.outcome(formatted)
    assert (body["format"], body["result"]) == ("recipe", {"made_for": "recipe"})
    assert server.submit(clip.link, format="recipe").status_code == 200
    assert len(server.calls(f"look {clip.key}")) == 1


def test_a_known_video_is_looked_at_again_for_who_asks_so(server, clip):
    server.outcome(server.submit(clip.link))
    body = {"url": clip.link, "refresh": True}
    again = server.client.post("/v1/jobs", json=body)
    assert server.outcome(again)["status"] == "success"
    assert len(server.calls(f"look {clip.key}")) == 2
    assert server.client.post("/v1/jobs", json=body | {"refresh": 1}).status_code == 400
    uploaded = server.upload(b"looked at twice")
    server.outcome(uploaded)
    server.outcome(server.upload(b"looked at twice", refresh="true"))
    assert len(server.calls(f"look file:{uploaded.json()['videoId']}")) == 2


def test_an_uploaded_file_is_known_by_its_content(server):
    first = server.upload(b"the same bytes", format="recipe")
    assert first.json()["videoId"].startswith("sha256:")
    assert server.outcome(first)["result"] == {"made_for": "recipe"}
    again = server.upload(b"the same bytes", format="recipe")
    assert (again.status_code, again.json()["videoId"]) == (200, first.json()["videoId"])
    assert len(server.calls(f"look file:{first.json()['videoId']}")) == 1


@pytest.mark.parametrize(
    ("call", "code", "tries"), [("fetch", "private", 1), ("fetch", "network", 3), ("look", "no_picture", 1)]
)
def test_a_failure_is_told_with_its_code_and_tried_again_only_when_that_helps(server, clip, call, code, tries):
    server.fail(call, code)
    body = server.outcome(server.submit(clip.link))
    jobs_models.Job.model_validate(body)
    assert (body["status"], body["error_code"]) == ("failed", code)
    assert body["error"]
    assert "result" not in body
    assert len(server.calls(f"{call} {clip.key}")) == tries
    never = server.client.get(f"/v1/jobs/{body['jobId']}/evidence")
    assert (never.status_code, never.json()) == (409, {"error": body["error"], "code": code})
    assert "retry-after" not in never.headers


def test_a_lasting_failure_is_believed_for_a_while_and_a_passing_one_is_not(server, clip, other_clip):
    server.fail("fetch", "private")
    server.outcome(server.submit(clip.link))
    server.heal("fetch")
    assert server.outcome(server.submit(clip.link))["error_code"] == "private"
    assert len(server.calls(f"fetch {clip.key}")) == 1

    server.fail("fetch", "rate_limited")
    assert server.outcome(server.submit(other_clip.link))["error_code"] == "rate_limited"
    server.heal("fetch")
    assert server.outcome(server.submit(other_clip.link))["status"] == "success"


def test_what_only_one_dialect_calls_not_available(server):
    server.fail("fetch", "geo_blocked")
    submitted = server.client.post("/api/v1/reels/analyze", json={"url": REEL.format(code="DYa0IXPgnP5")})

    def failed() -> dict | None:
        body = server.client.get(f"/api/v1/reels/{submitted.json()['id']}").json()
        return body if body["status"] == "error" else None

    body = wait_for(failed, "the failure")
    reels_models.Reel.model_validate(body)
    assert (body["error"], body["error_code"], body["result"]) == ("Video is not available", "geo_blocked", None)


def test_deleting_a_running_job_stops_it_and_forgets_it(server, clip):
    server.hold("look")
    logged = len(server.log())
    submitted = server.submit(clip.link)
    server.await_call(f"look {clip.key}")
    gone = server.client.delete(submitted.json()["pollUrl"])
    assert (gone.status_code, gone.content) == (204, b"")
    server.await_call(f"cancelled look {clip.key}")
    assert server.log()[logged:] == ""
    assert server.client.get(submitted.json()["pollUrl"]).status_code == 404
    assert server.client.delete(submitted.json()["pollUrl"]).json() == {"error": "Job not found"}
    server.release("look")
    assert server.outcome(server.submit(clip.link))["status"] == "success"


def test_deleting_one_of_two_jobs_leaves_the_other_alone(server, clip):
    server.hold("look")
    first, second = server.submit(clip.link), server.submit(clip.link)
    server.await_call(f"look {clip.key}")
    assert server.client.delete(first.json()["pollUrl"]).status_code == 204
    server.release("look")
    assert server.outcome(second)["status"] == "success"
    assert len(server.calls(f"look {clip.key}")) == 1


def test_deleting_the_last_job_of_a_video_removes_evidence_and_files(server, clip):
    submitted = server.submit(clip.link)
    server.outcome(submitted)
    blobs = [path for path in (server.folder / "data" / "blobs").glob("??/*") if clip.key.encode() in path.read_bytes()]
    assert len(blobs) == 2  # the video and a keyframe
    server.client.delete(submitted.json()["pollUrl"])
    assert not any(path.exists() for path in blobs)
    again = server.submit(clip.link)
    assert again.status_code == 202
    server.outcome(again)
    assert len(server.calls(f"look {clip.key}")) == 2


def test_three_jobs_of_an_owner_run_at_once(server):
    server.hold("conclude")
    before = len(server.calls("conclude file:"))
    submitted = [server.upload(f"clip {number}".encode()) for number in range(6)]
    server.await_call("conclude file:", before + 3)
    states = [server.client.get(each.json()["pollUrl"]).json()["status"] for each in submitted]
    assert states.count("processing") == 3
    server.release("conclude")
    for each in submitted:
        assert server.outcome(each)["status"] == "success"


def test_health_counts_the_workers(server):
    def both() -> bool:
        answer: httpx.Response = server.client.get("/healthz")
        return answer.status_code == 200 and answer.json()["status"] == "ok" and answer.json()["workers"] >= 2

    assert wait_for(both, "both workers")

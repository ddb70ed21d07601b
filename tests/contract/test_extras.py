"""What both dialects offer beyond the pages: subtitles, transcripts, Markdown, lists, deletion."""

from __future__ import annotations

import pytest

from clipsight.edges.rest.jobs import models as jobs_models
from clipsight.edges.rest.reels import models as reels_models
from clipsight.errors import by_code
from clipsight.formats.output import to_markdown
from clipsight.formats.output.budget import tokens
from clipsight.schema.result import Document
from clipsight.testing.server import TestServer, wait_for

REEL = "https://www.instagram.com/reel/{code}/"
MARKDOWN = {"Accept": "text/markdown"}


def finished(server, code: str, **more: str) -> str:
    """The address of a job that succeeded."""
    answer = server.submit(REEL.format(code=code), **more)
    if answer.status_code == 202:
        server.outcome(answer)
    return f"/v1/jobs/{answer.json()['jobId']}"


def finished_reel(server, code: str) -> int:
    number = server.client.post("/api/v1/reels/analyze", json={"url": REEL.format(code=code)}).json()["id"]
    wait_for(lambda: server.client.get(f"/api/v1/reels/{number}").json()["status"] == "done", "the reel")
    return number


@pytest.mark.parametrize(
    ("ending", "media_type", "beginning"),
    [
        ("srt", "application/x-subrip; charset=utf-8", "1\n00:00:00,600 --> "),
        ("vtt", "text/vtt; charset=utf-8", "WEBVTT\n\n00:00:00.600 --> "),
        ("txt", "text/plain; charset=utf-8", "Two cups of flour.\n♪ la la la ♪\n"),
    ],
)
def test_transcripts_by_either_name_of_the_job(server, ending, media_type, beginning):
    number = finished_reel(server, "Extra-texts")
    job = finished(server, "Extra-texts")
    for address in (job, f"/v1/jobs/{number}"):
        answer = server.client.get(f"{address}/transcript.{ending}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.text.startswith(beginning)


@pytest.mark.parametrize("rest", ["transcript.srt", "transcript.vtt", "transcript.txt", "evidence"])
def test_what_is_not_there_yet_or_never_will_be(server, rest):
    server.hold("fetch")
    submitted = server.submit(REEL.format(code=f"Wait-{rest[-3:]}"))
    address = submitted.json()["pollUrl"]
    early = server.client.get(f"{address}/{rest}")
    assert (early.status_code, early.json()["code"], early.headers["retry-after"]) == (409, "job_not_finished", "5")
    server.fail("fetch", "private")
    server.release("fetch")
    try:
        server.outcome(submitted)
    finally:
        server.heal("fetch")
    failed = server.client.get(f"{address}/{rest}", headers=MARKDOWN)
    assert (failed.status_code, failed.json()) == (409, {"error": by_code()["private"].message, "code": "private"})


def test_markdown_for_the_context_of_a_model(server):
    job = finished(server, "Extra-marks")
    document = Document.model_validate_json(server.client.get(f"{job}/evidence").content)
    number = finished_reel(server, "Extra-marks")
    for address in (job, f"{job}/evidence", f"/api/v1/reels/{number}"):
        answer = server.client.get(address, headers=MARKDOWN)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "text/markdown; charset=utf-8")
        assert answer.text == to_markdown(document)
        assert "Accept" in answer.headers["vary"]
        short = server.client.get(address, params={"max_tokens": 200}, headers=MARKDOWN).text
        assert tokens(short) <= 200
        assert "Left out:" in short


JSON_PLEASE = ["application/json", "*/*", "text/*", "text/html", "text/markdown;q=0", ""]
JSON_PLEASE += ["text/markdown;q=0.5, application/json"]


@pytest.mark.parametrize("accept", JSON_PLEASE)
def test_who_does_not_ask_for_markdown_gets_json(server, accept):
    job = finished(server, "Extra-marks")
    answer = server.client.get(job, headers={"Accept": accept})
    assert answer.headers["content-type"] == "application/json"
    jobs_models.Job.model_validate(answer.json())


def test_a_job_under_way_answers_json_whatever_is_asked_for(server):
    server.hold("fetch")
    submitted = server.submit(REEL.format(code="Extra-early"))
    answer = server.client.get(submitted.json()["pollUrl"], headers=MARKDOWN)
    server.release("fetch")
    assert (answer.headers["content-type"], answer.headers["retry-after"]) == ("application/json", "5")
    server.outcome(submitted)


@pytest.mark.parametrize("budget", ["0", "199", "1000001", "-1", "1.5", "many", "", "٥٠٠", "9" * 40])
def test_a_budget_that_is_none(server, budget):
    answer = server.client.get(finished(server, "Extra-marks"), params={"max_tokens": budget}, headers=MARKDOWN)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")
    assert "max_tokens" in answer.json()["error"]


# ── lists ──


@pytest.fixture(scope="module")
def listed(tmp_path_factory):
    """A server of its own with five jobs, oldest first: their ids, and the reels' numbers."""
    with TestServer(tmp_path_factory.mktemp("lists")) as running:
        ids = [finished(running, "List-job-1").rpartition("/")[2]]
        ids.append(finished(running, "List-job-2", format="recipe").rpartition("/")[2])
        submitted = running.submit("https://www.tiktok.com/@scout2015/video/7301234567890555555")
        running.outcome(submitted)
        ids.append(submitted.json()["jobId"])
        running.fail("fetch", "private")
        submitted = running.submit(REEL.format(code="List-job-4"))
        running.outcome(submitted)
        running.heal("fetch")
        ids.append(submitted.json()["jobId"])
        submitted = running.upload(b"bytes of a clip")
        running.outcome(submitted)
        ids.append(submitted.json()["jobId"])
        reels = [finished_reel(running, f"List-reel{number}") for number in range(2)]
        yield running, ids, reels


def test_own_jobs_newest_first(listed):
    server, ids, _ = listed
    body = server.client.get("/v1/jobs").json()
    jobs_models.JobList.model_validate(body)
    assert ([job["jobId"] for job in body["jobs"]], body["nextCursor"]) == (ids[::-1], None)
    assert not any("result" in job for job in body["jobs"])


def test_own_reels_newest_first(listed):
    server, _, reels = listed
    body = server.client.get("/api/v1/reels").json()
    reels_models.ReelList.model_validate(body)
    assert ([reel["id"] for reel in body["reels"]], body["next_cursor"]) == (reels[::-1], None)
    one = server.client.get("/api/v1/reels", params={"limit": 1}).json()
    rest = server.client.get("/api/v1/reels", params={"cursor": one["next_cursor"], "status": "done"}).json()
    assert [reel["id"] for reel in (*one["reels"], *rest["reels"])] == reels[::-1]


@pytest.mark.parametrize(
    ("wanted", "positions"),
    [
        ({"status": "failed"}, [3]),
        ({"status": "pending"}, []),
        ({"platform": "tiktok"}, [2]),
        ({"platform": "file"}, [4]),
        ({"platform": "instagram", "status": "success"}, [1, 0]),
        ({"format": "recipe"}, [1]),
        ({"created_after": "2100-01-01T00:00:00Z"}, []),
        ({"created_before": "2100-01-01T00:00:00+02:00"}, [4, 3, 2, 1, 0]),
        ({"created_before": "0001-01-01T00:00:00Z"}, []),
    ],
)
def test_filters(listed, wanted, positions):
    server, ids, _ = listed
    body = server.client.get("/v1/jobs", params=wanted).json()
    assert [job["jobId"] for job in body["jobs"]] == [ids[position] for position in positions]


def test_a_range_of_time_begins_with_its_first_moment_and_ends_before_its_last(listed):
    server, ids, _ = listed
    moments = {job["jobId"]: job["createdAt"] for job in server.client.get("/v1/jobs").json()["jobs"]}
    since = server.client.get("/v1/jobs", params={"created_after": moments[ids[2]]}).json()["jobs"]
    assert {job["jobId"] for job in since} >= set(ids[2:])
    before = server.client.get("/v1/jobs", params={"created_before": moments[ids[2]]}).json()["jobs"]
    assert not {job["jobId"] for job in before} & {job["jobId"] for job in since}


def test_pages_do_not_shift_when_jobs_come_and_go(listed):
    server, ids, _ = listed
    first = server.client.get("/v1/jobs", params={"limit": 2}).json()
    fresh = server.submit(REEL.format(code="List-job-1"))
    second = server.client.get("/v1/jobs", params={"limit": 2, "cursor": first["nextCursor"]}).json()
    assert server.client.delete(f"/v1/jobs/{fresh.json()['jobId']}").status_code == 204
    third = server.client.get("/v1/jobs", params={"limit": 2, "cursor": second["nextCursor"]}).json()
    assert [job["jobId"] for page in (first, second, third) for job in page["jobs"]] == ids[::-1]
    assert third["nextCursor"] is None


@pytest.mark.parametrize(
    "wanted",
    [
        {"status": "done"},
        {"status": "SUCCESS"},
        {"platform": "vimeo"},
        {"format": "haiku"},
        {"format": "<script>"},
        {"created_after": "yesterday"},
        {"created_after": "2026-05-22"},
        {"created_after": "2026-05-22T10:00:00"},
        {"created_before": "2026-13-22T10:00:00Z"},
        {"created_before": "9999-12-31T23:59:60Z"},
        {"limit": "0"},
        {"limit": "101"},
        {"limit": "ten"},
        {"cursor": "nonsense"},
        {"cursor": "!!"},
        {"cursor": "bi0x"},
        {"cursor": "bjk5OTk5OTk5OTk5OTk5OTk5OTk"},
        {"cursor": "ñ"},
        {"cursor": ""},
    ],
)
@pytest.mark.parametrize("path", ["/v1/jobs", "/api/v1/reels"])
def test_a_filter_that_cannot_be_understood(server, path, wanted):
    if path == "/api/v1/reels":
        wanted = {"status": "success"} if "status" in wanted else wanted
        if "format" in wanted:
            pytest.skip("this dialect knows no formats")
    answer = server.client.get(path, params=wanted)
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_parameter")
    assert next(iter(wanted)) in answer.text
    assert "<script>" not in answer.text


def test_a_deleted_job_is_listed_no_more(server):
    number = finished_reel(server, "Extra-away1")
    assert server.client.delete(f"/v1/jobs/{number}").status_code == 204
    assert number not in [reel["id"] for reel in server.client.get("/api/v1/reels", params={"limit": 100}).json()["reels"]]
    assert server.client.get(f"/v1/jobs/{number}/transcript.txt").status_code == 404

"""Every link of the catalogue through both dialects: what is refused gives one of the literal answers, and never a 500."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clipsight.edges.rest.reels.errors import host_of
from clipsight.errors import by_code

CASES = json.loads((Path(__file__).parents[1] / "data" / "links.json").read_text())
REFUSED = [case for case in CASES if case["outcome"] == "refused"]

UNRESOLVED = "Error resolving url: currently we only support tiktok, instagram and youtube shorts urls"
NO_ID = "Error getting video ID"
LITERAL = {
    "slideshow": "TikTok slideshow conversion is not supported",
    "unsupported_host": UNRESOLVED,
    "bad_url": UNRESOLVED,
    "not_a_video": NO_ID,
    # The page knows no answer of its own for these two; their sentences say what to do instead.
    "live": "Live streams cannot be analysed; try again with the recording once it is published",
    "story": "Stories cannot be analysed; save the story as a file and upload it",
}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: ascii(case["why"])[:60])
def test_the_jobs_dialect(server, case):
    answer = server.submit(case["text"])
    assert answer.status_code == 400
    if case["text"].strip():
        text = NO_ID if case.get("on_platform") else LITERAL[case["code"]]
        assert answer.json() == {"error": text, "code": case["code"]}
    else:
        assert answer.json() == {"error": "No url provided", "code": "url_required"}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: ascii(case["why"])[:60])
def test_the_reels_dialect(server, case):
    answer = server.client.post("/api/v1/reels/analyze", json={"url": case["text"]})
    assert answer.status_code == 400
    body = answer.json()
    assert set(body) == {"message", "status", "code"}
    assert body["status"] == "error"
    if not case["text"].strip():
        assert (body["message"], body["code"]) == ("url is required", "url_required")
        return
    assert body["code"] == case["code"]
    host = host_of(case["text"])
    if host is not None and not f".{host}".endswith((".instagram.com", ".instagr.am")):
        assert body["message"] == f'URL must be an instagram.com link, got "{host}"'
    elif case["code"] == "unsupported_host":
        assert body["message"] == "URL must be an instagram.com link"
    else:
        assert body["message"] == by_code()[case["code"]].message


TAKEN = [case for case in CASES if case["outcome"] == "video"]


@pytest.mark.parametrize("case", TAKEN, ids=lambda case: ascii(case["why"])[:60])
def test_whatever_names_a_video_is_taken(server, case):
    answer = server.submit(case["text"])
    assert answer.status_code in {200, 202}, answer.text
    assert answer.json()["videoId"] == case["video_id"]


@pytest.mark.parametrize(
    "text",
    [
        "look at this https://www.instagram.com/reel/Chunk8-jurw/ :)",
        "Check out Jane's video! #fyp https://vm.tiktok.com/ZMRJq1M2c/",
    ],
)
def test_text_around_a_link_is_for_people_and_not_for_programs(server, text):
    answer = server.submit(text)
    assert (answer.status_code, answer.json()) == (400, {"error": UNRESOLVED, "code": "bad_url"})
    reel = server.client.post("/api/v1/reels/analyze", json={"url": text})
    assert (reel.status_code, reel.json()["code"]) == (400, "bad_url")

"""The log of a run, as a machine reads it."""

from __future__ import annotations

import json

import pytest

from clipsight.testing.server import TestServer, wait_for

pytestmark = pytest.mark.slow


def test_the_log_is_json_with_the_job_in_each_line_about_it(tmp_path, clip):
    with TestServer(tmp_path, {"CLIPSIGHT_LOG_FORMAT": "json", "CLIPSIGHT_LOG_LEVEL": "info"}) as server:
        server.fail("fetch", "private")
        submitted = server.submit(clip.link + "?signature=VERYSECRET")
        server.outcome(submitted)
        job = submitted.json()["jobId"]

        def ended() -> list[dict] | None:
            lines = [json.loads(line) for line in server.log().splitlines() if line.startswith("{")]
            return [line for line in lines if line.get("job") == job and "private" in line["message"]] or None

        [line] = wait_for(ended, "the line about the end")
    assert (line["message"], line["owner"], line["level"]) == ("job failed: private", "local", "info")
    assert "VERYSECRET" not in server.log()

"""The main job on the bundled sample, through the real server: start it, submit, poll, print the result and its truth."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time

import httpx

from clipsight.testing.sample import SAMPLE, load_truth
from clipsight.testing.scoring import expected_against_found, table

START_SECONDS, JOB_SECONDS, POLL_SECONDS = 60, 300, 1.0


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="clipsight-demo-") as folder:
        server = subprocess.Popen(
            [sys.executable, "-m", "clipsight", "serve", "--port", "0", "--data-dir", folder],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            address = _address(server)
            say(f"the server answers at {address}")
            return _run(address)
        finally:
            server.terminate()
            server.wait()


def _run(address: str) -> int:
    with httpx.Client(base_url=address, timeout=30) as client:
        say(f"POST /v1/jobs with {SAMPLE.name} ({SAMPLE.stat().st_size / 1e6:.1f} MB) and format=recipe")
        started = time.monotonic()
        with SAMPLE.open("rb") as video:
            answer = client.post("/v1/jobs", files={"file": (SAMPLE.name, video, "video/mp4")}, data={"format": "recipe"})
        answer.raise_for_status()
        job = answer.json()
        say(f"{answer.status_code} {json.dumps(job)}")
        poll = _finished(client, job["pollUrl"])
        say(f"GET {job['pollUrl']}: {poll['status']} after {time.monotonic() - started:.1f} s")
        if poll["status"] != "success":
            say(json.dumps(poll, indent=2))
            return 1
        print(json.dumps(poll["result"], indent=2, ensure_ascii=False))
        document = client.get(f"/v1/jobs/{job['jobId']}/evidence").raise_for_status().json()
    print()
    rows = expected_against_found(document, load_truth())
    print(table(rows))
    return 0 if all(row.passed for row in rows) else 1


def _address(server: subprocess.Popen[str]) -> str:
    """The server prints one line with its address once it is ready."""
    assert server.stdout is not None
    for line in server.stdout:
        words = [word for word in line.split() if word.startswith("http://")]
        if words:
            return words[0].rstrip("/")
    raise SystemExit("the server did not start")


def _finished(client: httpx.Client, poll_url: str) -> dict[str, object]:
    deadline = time.monotonic() + JOB_SECONDS
    last = ""
    while time.monotonic() < deadline:
        body = client.get(poll_url).raise_for_status().json()
        if body["status"] not in ("pending", "processing"):
            return body
        progress = body.get("progress") or {}
        line = f"{body['status']} {progress.get('stage') or ''} {progress.get('fraction') or 0:.0%}"
        if line != last:
            say(line)
            last = line
        time.sleep(POLL_SECONDS)
    raise SystemExit("the job did not finish in time")


def say(text: str) -> None:
    print(f"demo: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

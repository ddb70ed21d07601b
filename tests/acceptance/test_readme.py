"""What the README tells people to type works: every console line and every Python snippet is run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clipsight.testing.sample import SAMPLE
from clipsight.testing.server import TestServer, wait_for

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line for line in re.findall(r"^\$ (.+)$", README, re.MULTILINE) if "serve" not in line
]  # the server has tests of its own
SNIPPETS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)

CURL = [line.partition("  #")[0].strip() for line in README.splitlines() if line.startswith("curl ")]
LINKS = {"https://…": "https://www.tiktok.com/@jane/video/7301234567890123456", "/reel/…/": "/reel/Cabcdefghij/"}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sample")]


def environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "CLIPSIGHT_DATA_DIR": str(home / "data")}


def test_there_is_something_to_run() -> None:
    assert COMMANDS
    assert SNIPPETS
    assert len(CURL) == 6


@pytest.mark.parametrize("command", COMMANDS)
def test_command(command: str, tmp_path: Path) -> None:
    executable, *arguments = command.split()
    assert executable == ".venv/bin/clipsight"
    done = subprocess.run(
        [sys.executable, "-m", "clipsight", *arguments],
        cwd=ROOT,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_snippet(snippet: str, tmp_path: Path) -> None:
    shutil.copy(SAMPLE, tmp_path / "video.mp4")
    done = subprocess.run(
        [sys.executable, "-c", snippet],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def curl(line: str, server: TestServer, ids: dict[str, str], folder: Path) -> dict[str, Any]:
    for mark, text in (LINKS | ids).items():
        line = line.replace(mark, text)
    assert "<" not in line
    assert "…" not in line
    line = line.replace("localhost:8080", server.url.removeprefix("http://"))
    done = subprocess.run(["/bin/bash", "-c", f"{line} --fail-with-body"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_the_lines_of_the_server(tmp_path: Path) -> None:
    if shutil.which("curl") is None and not os.environ.get("CI"):
        pytest.skip("needs curl; on Debian: apt-get install curl")
    shutil.copy(SAMPLE, tmp_path / "video.mp4")
    submit, poll, evidence, upload, analyze, reel = CURL
    with TestServer(tmp_path / "server") as server:
        job = curl(submit, server, {}, tmp_path)
        assert job["status"] == "pending"
        ids = {"<jobId>": job["jobId"]}

        def over() -> bool:
            return curl(poll, server, ids, tmp_path)["status"] == "success"

        wait_for(over, "the job of the README")
        assert curl(evidence, server, ids, tmp_path)["schema"] == "clipsight/1"
        assert curl(upload, server, {}, tmp_path)["status"] == "pending"
        ids = {"<id>": str(curl(analyze, server, {}, tmp_path)["id"])}
        assert curl(reel, server, ids, tmp_path)["status"] in {"pending", "processing", "done"}

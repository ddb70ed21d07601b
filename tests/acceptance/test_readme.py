"""What the README tells people to type works: every console line and every Python snippet is run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clipsight.testing.sample import SAMPLE

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line for line in re.findall(r"^\$ (.+)$", README, re.MULTILINE) if "serve" not in line
]  # the server has tests of its own
SNIPPETS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("sample")]


def environment(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "CLIPSIGHT_DATA_DIR": str(home / "data")}


def test_there_is_something_to_run() -> None:
    assert COMMANDS
    assert SNIPPETS


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

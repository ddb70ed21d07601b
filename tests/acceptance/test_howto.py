"""What the how-to pages tell people to type works: each snippet is run against a server, as it stands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clipsight.settings import PREFIX, Settings
from clipsight.testing.server import TestServer

ROOT = Path(__file__).resolve().parents[2]
HOWTO = ROOT / "docs" / "howto"
GUARDED = "tokens-and-limits"  # the page whose server asks for tokens
PAGES = ("batches", "events", "monitoring", GUARDED, "webhooks")
LINK = "https://www.tiktok.com/@scout2015/video/7399999999999999999"
OTHER_LINK = "https://www.tiktok.com/@scout2015/video/7399999999999999998"

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("howto")]


def snippets(language: str) -> list[tuple[str, str]]:
    """Page and text of each block; those that start a server are left to the tests of the server."""
    blocks = [
        (page, block)
        for page in PAGES
        for block in re.findall(rf"```{language}\n(.*?)```", (HOWTO / f"{page}.md").read_text(encoding="utf-8"), re.DOTALL)
    ]
    return [(page, block) for page, block in blocks if "clipsight serve" not in block]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with TestServer(tmp_path_factory.mktemp("howto")) as running:
        running.client.post("/v1/webhooks/secret").raise_for_status()  # which a page makes in its first lines
        yield running


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with TestServer(tmp_path_factory.mktemp("guarded"), {"CLIPSIGHT_ACCESS": "token"}) as running:
        yield running


@pytest.fixture
def prelude(request: pytest.FixtureRequest, page: str, tmp_path: Path) -> dict[str, str]:
    """What the pages take as given: a server, and a job on it where no token is needed."""
    server: TestServer = request.getfixturevalue("guarded" if page == GUARDED else "server")
    submitted = {"jobId": ""} if page == GUARDED else server.submit(LINK).json()
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "CLIPSIGHT_DATA_DIR": str(server.folder / "data"),
        "SERVER": server.url,
        "JOB": submitted["jobId"],
    }


@pytest.mark.parametrize(("page", "snippet"), snippets("python"))
def test_python(page: str, snippet: str, prelude: dict[str, str], tmp_path: Path) -> None:
    given = f"server, job = {prelude['SERVER']!r}, {prelude['JOB']!r}\n"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", given + snippet],
        cwd=tmp_path,
        env=prelude,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{page}: {done.stderr}"
    assert done.stdout.strip()


@pytest.mark.parametrize(("page", "snippet"), snippets("sh"))
def test_shell(page: str, snippet: str, prelude: dict[str, str], tmp_path: Path) -> None:
    for program in ("curl", "jq"):
        if shutil.which(program) is None and not os.environ.get("CI"):
            pytest.skip(f"{program} is not installed; on Debian: apt-get install {program}")
    script = snippet.replace("http://127.0.0.1:8080", prelude["SERVER"])
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, env=prelude, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{page}: {done.stdout}{done.stderr}"
    assert done.stdout.strip()


@pytest.mark.parametrize("page", ["blobs", "events", "monitoring", GUARDED, "webhooks", "batches"])
def test_settings_that_the_pages_name_exist(page: str) -> None:
    named = set(re.findall(rf"\b{PREFIX}([A-Z0-9_]+)\b", (HOWTO / f"{page}.md").read_text(encoding="utf-8")))
    assert named
    assert {name.lower() for name in named} <= set(Settings.__dataclass_fields__)

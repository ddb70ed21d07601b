"""Workers beside a server, as on another machine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from clipsight.testing.server import QUICK, TestServer

pytestmark = pytest.mark.slow


@pytest.fixture
def distributed(tmp_path, postgres):
    settings = {"CLIPSIGHT_WORKERS": "1", "CLIPSIGHT_DATABASE_URL": postgres.new_database()}
    with TestServer(tmp_path / "server", settings) as server:
        yield server


def workers(server: TestServer, command: list[str], **settings: str) -> subprocess.Popen[str]:
    elsewhere = {
        "CLIPSIGHT_DATA_DIR": str(server.folder.parent / "elsewhere"),
        "CLIPSIGHT_DATABASE_URL": server.database_url,
    }
    environment = {**os.environ, **QUICK, **elsewhere, **settings}
    return subprocess.Popen(
        [sys.executable, "-m", *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_workers_elsewhere_share_the_work_and_refuse_what_is_not_shared(distributed, clip, other_clip):
    server = distributed
    blobs = f"file://{server.folder / 'data' / 'blobs'}"
    more = workers(server, ["clipsight.testing.server", str(server.folder), "worker"], CLIPSIGHT_BLOB_URL=blobs)
    try:
        assert more.stdout.readline() == "clipsight works here; worker processes: 1\n"
        server.hold("look")
        submitted = [server.submit(clip.link), server.submit(other_clip.link)]
        holders = {server.await_call(f"look {each.key}")[0].rpartition(" ")[2] for each in (clip, other_clip)}
        assert len(holders) == 2
        server.release("look")
        assert [server.outcome(each)["status"] for each in submitted] == ["success", "success"]
    finally:
        more.send_signal(signal.SIGTERM)
        more.communicate(timeout=100)
    assert more.returncode == 0

    refused = workers(server, ["clipsight", "worker"])  # with files of its own
    _, error = refused.communicate(timeout=100)
    assert refused.returncode != 0
    assert "CLIPSIGHT_BLOB_URL" in error
    assert "Traceback" not in error


def test_a_file_of_sqlite_is_not_shared(tmp_path):
    ran = subprocess.run(
        [sys.executable, "-m", "clipsight", "worker", "--data-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        timeout=100,
    )
    assert ran.returncode == 2
    assert "CLIPSIGHT_DATABASE_URL must be the server's postgresql://" in ran.stderr

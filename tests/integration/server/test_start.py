"""How ``clipsight serve`` starts, or refuses to."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest


def serve(tmp_path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clipsight", "serve", "--data-dir", str(tmp_path / "data"), *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=tmp_path,
    )


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_open_access_stays_on_this_machine(tmp_path, host):
    ran = serve(tmp_path, "--host", host)
    assert ran.returncode == 2
    assert "listens on this machine only" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert not (tmp_path / "data").exists()


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = serve(tmp_path, "--port", str(taken.getsockname()[1]))
    assert ran.returncode == 2
    assert "CLIPSIGHT_PORT must be" in ran.stderr


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("CLIPSIGHT_ACCESS", "x402", "CLIPSIGHT_X402_PAY_TO_EVM"),  # who is paid must be known first
        ("CLIPSIGHT_DATABASE_URL", "mysql://a/b", "CLIPSIGHT_DATABASE_URL"),
        ("CLIPSIGHT_WORKERS", "none", "CLIPSIGHT_WORKERS"),
    ],
)
def test_a_setting_that_cannot_be_used(tmp_path, name, value, told):
    ran = serve(tmp_path, **{name: value})
    assert ran.returncode == 2
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_database_that_does_not_answer(tmp_path):
    ran = serve(tmp_path, CLIPSIGHT_DATABASE_URL="postgresql://somebody:secret@127.0.0.1:1/a")
    assert ran.returncode == 1
    assert "CLIPSIGHT_DATABASE_URL" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "secret" not in ran.stderr

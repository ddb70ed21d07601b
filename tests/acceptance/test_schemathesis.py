"""Requests made up from the OpenAPI document, valid and broken, alone and along its links: no answer may surprise.

``FUZZ_SECONDS`` and ``FUZZ_SEED`` change how long and what is tried; a finding is repeated with the seed that it names.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from clipsight.testing.server import TestServer

SECONDS = os.environ.get("FUZZ_SECONDS", "60" if os.environ.get("CI") else "12")
SEED = os.environ.get("FUZZ_SEED", "1")
CONFIG = Path(__file__).with_name("schemathesis.toml")


@pytest.mark.slow
@pytest.mark.parametrize("paths", ["^/v1/jobs", "^/api/v1/reels"])
def test_no_answer_surprises(tmp_path, paths):
    program = Path(sys.executable).with_name("schemathesis")
    with TestServer(tmp_path / "server") as server:
        run = [program, "--config-file", CONFIG, "run", f"{server.url}/openapi.json", "--include-path-regex", paths]
        ran = subprocess.run(
            [*run, "--max-time", SECONDS, "--seed", SEED, "--continue-on-failure", "--no-color"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "SCHEMATHESIS_HOOKS": "fuzzing_hooks", "PYTHONPATH": str(CONFIG.parent)},
            timeout=280,
            check=False,
        )
    assert ran.returncode == 0, ran.stdout[-12_000:] + ran.stderr[-2_000:]
    assert " generated" in ran.stdout

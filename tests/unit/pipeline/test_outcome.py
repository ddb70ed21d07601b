"""Each stage ends ok, skipped or failed, and a failing stage does not take the others with it."""

from __future__ import annotations

import pytest

from clipsight.errors import BackendMissing, DamagedFile
from clipsight.pipeline.outcome import StageRun


def test_ok_with_a_remark() -> None:
    run = StageRun("decode", "backend 1.0")
    assert run.attempt(lambda: 7, 0) == 7
    run.remark("truncated", "half of it is missing")
    stage = run.done()
    assert (stage.status, stage.code, stage.reason, stage.backend) == (
        "ok",
        "truncated",
        "half of it is missing",
        "backend 1.0",
    )


def test_a_failure_is_recorded_and_ends_the_stage() -> None:
    run = StageRun("faces")

    def explode() -> int:
        raise BackendMissing

    assert run.attempt(explode, -1) == -1
    assert run.attempt(lambda: 7, -1) == -1, "a stage that failed is out"
    assert (run.done().status, run.done().code) == ("failed", "backend_missing")


def test_an_unforeseen_failure_shows_nothing_of_its_message(caplog: pytest.LogCaptureFixture) -> None:
    run = StageRun("shots")

    def explode() -> None:
        raise ValueError("secret path /home/x")

    run.attempt(explode, None)
    stage = run.done()
    assert (stage.status, stage.code) == ("failed", "stage_failed")
    assert "secret" not in (stage.reason or "")
    assert "secret" in caplog.text, "the log has the private reason"


def test_a_bad_file_ends_the_whole_job() -> None:
    run = StageRun("decode")

    def explode() -> None:
        raise DamagedFile

    with pytest.raises(DamagedFile):
        run.attempt(explode, None)


def test_skipped() -> None:
    run = StageRun("speech")
    run.skip("no audio")
    assert run.attempt(lambda: 7, 0) == 0
    assert (run.done().status, run.done().reason) == ("skipped", "no audio")

"""Recognisers that are not bundled, in the confined process: a Whisper, and a service that only its parent can reach."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from clipsight.errors import BackendDamaged
from clipsight.perception.speech.choice import SpeechChoice
from clipsight.pipeline.dictation import SpeechService
from clipsight.pipeline.perceiver import Perceived, Perceiver, PerceiverSettings, PerceptionLimits
from clipsight.schema.result import Stage
from clipsight.testing.sample import SAMPLE
from clipsight.testing.speech_service import Asked, Reply, StandInService
from clipsight.testing.whisper import write_tiny_whisper

pytestmark = pytest.mark.xdist_group("perceiver")

KEY = "sk-very-secret"


def looked(settings: PerceiverSettings) -> tuple[Perceived, Stage]:
    """What was perceived of the sample, and how its speech stage ended."""
    with Perceiver(settings) as perceiver:
        found = perceiver.perceive(SAMPLE, PerceptionLimits(), lambda _stage, _fraction: None, threading.Event())
        for told in ("cmdline", "environ"):
            assert KEY.encode() not in Path(f"/proc/{perceiver.pid}/{told}").read_bytes()
    return found, next(stage for stage in found.report.stages if stage.name == "speech")


def by_service(reply: Reply) -> tuple[Perceived, Stage, list[Asked]]:
    with StandInService(lambda _asked: reply) as service:
        settings = PerceiverSettings(
            speech=SpeechChoice("openai", "a-model"), service=SpeechService(service.base_url, "a-model", KEY)
        )
        return *looked(settings), service.asked


def test_a_whisper_listens_behind_the_same_lock(tmp_path: Path):
    folder = write_tiny_whisper(tmp_path / "tiny")
    found, stage = looked(PerceiverSettings(speech=SpeechChoice("whisper", str(folder))))
    assert stage.status == "ok", stage
    assert stage.backend is not None
    assert stage.backend.startswith("whisper tiny (faster-whisper ")
    assert all(other.status == "ok" for other in found.report.stages)


def test_a_folder_that_holds_no_whisper_is_said_at_the_start(tmp_path: Path):
    folder = write_tiny_whisper(tmp_path / "tiny")
    (folder / "model.bin").write_bytes(b"no model")
    settings = PerceiverSettings(speech=SpeechChoice("whisper", str(folder)))
    with Perceiver(settings) as perceiver, pytest.raises(BackendDamaged):
        perceiver.start()


def test_a_service_is_asked_by_the_process_that_has_the_network():
    found, stage, asked = by_service(Reply.saying("Put the sliced garlic into cold oil.", 2.0))
    assert stage.status == "ok", stage
    assert stage.backend is not None
    assert stage.backend.startswith("openai:a-model + ")
    speech = found.report.evidence.speech
    assert (speech.verdict, speech.language) == ("speech", "en")
    # What the service says belongs together is cut all the same where the video is silent for long.
    said = " ".join(segment.text for segment in speech.segments)
    assert said.startswith("Put the sliced garlic into cold oil.")
    assert {request.authorization for request in asked} == {f"Bearer {KEY}"}


def test_after_closing_the_service_is_asked_again():
    with StandInService(lambda _asked: Reply.saying("Put the sliced garlic into cold oil.")) as service:
        settings = PerceiverSettings(speech=SpeechChoice("openai", "m"), service=SpeechService(service.base_url, "m"))
        with Perceiver(settings) as perceiver:
            perceiver.perceive(SAMPLE, PerceptionLimits(), lambda _stage, _fraction: None, threading.Event())
        before = len(service.asked)
        with perceiver:
            found = perceiver.perceive(SAMPLE, PerceptionLimits(), lambda _stage, _fraction: None, threading.Event())
    assert len(service.asked) == 2 * before > 0
    assert all(stage.status == "ok" for stage in found.report.stages)


@pytest.mark.parametrize(("status", "code"), [(503, "speech_service_unavailable"), (401, "speech_service_refused")])
def test_a_service_that_fails_costs_its_stage_alone(status: int, code: str):
    found, stage, _ = by_service(Reply(status=status, body=b"foreign words"))
    assert (stage.status, stage.code) == ("failed", code)
    assert stage.reason is not None
    assert "foreign" not in stage.reason
    assert {other.status for other in found.report.stages if other.name != "speech"} == {"ok"}
    assert found.report.evidence.speech.segments == []

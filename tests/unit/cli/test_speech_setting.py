from __future__ import annotations

from pathlib import Path

import pytest

from clipsight.cli.looking import perceiver_settings
from clipsight.errors import BadSetting
from clipsight.pipeline.perceiver import PerceiverSettings
from clipsight.settings import Settings, read_settings


def test_the_bundled_recogniser_is_the_default(tmp_path: Path):
    assert perceiver_settings(read_settings({}, tmp_path)) == PerceiverSettings()


@pytest.mark.parametrize("value", ["", "whisper", "whisper:", "openai: ", "moonshine:tiny", "vosk:small", "whisper:a\nb"])
def test_what_is_no_recogniser_is_refused(tmp_path: Path, value: str):
    with pytest.raises(BadSetting, match="CLIPSIGHT_SPEECH must be"):
        read_settings({"CLIPSIGHT_SPEECH": value}, tmp_path)


def test_a_whisper_is_found_by_its_folder_and_brings_memory(tmp_path: Path):
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"1234")
    found = perceiver_settings(Settings(speech=f"whisper:{tmp_path}"))
    assert found.speech.folder == tmp_path
    assert found.memory_with_models == found.memory_bytes + 10


@pytest.mark.parametrize("missing", ["model.bin", "config.json", "tokenizer.json"])
def test_a_folder_without_all_files_is_refused(tmp_path: Path, missing: str):
    for name in {"model.bin", "config.json", "tokenizer.json"} - {missing}:
        (tmp_path / name).write_bytes(b"1234")
    with pytest.raises(BadSetting, match="CLIPSIGHT_SPEECH must be"):
        perceiver_settings(Settings(speech=f"whisper:{tmp_path}"))


@pytest.mark.parametrize("name", ["small", "no/such-model", "no such size"])
def test_a_name_that_was_not_downloaded_is_refused_without_asking_anybody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("the network was used"))
    with pytest.raises(BadSetting, match="CLIPSIGHT_SPEECH_DOWNLOAD"):
        perceiver_settings(Settings(speech=f"whisper:{name}"))


def test_a_service_needs_an_address(tmp_path: Path):
    with pytest.raises(BadSetting, match="CLIPSIGHT_SPEECH_BASE_URL must be"):
        perceiver_settings(read_settings({"CLIPSIGHT_SPEECH": "openai:whisper-1"}, tmp_path))


def test_a_service(tmp_path: Path):
    given = {
        "CLIPSIGHT_SPEECH": "openai:whisper-1",
        "CLIPSIGHT_SPEECH_BASE_URL": "http://127.0.0.1:9000/v1/",
        "CLIPSIGHT_SPEECH_API_KEY": "sk-secret",
    }
    settings = read_settings(given, tmp_path)
    found = perceiver_settings(settings)
    assert found.service is not None
    assert (found.service.base_url, found.service.model) == ("http://127.0.0.1:9000/v1", "whisper-1")
    assert found.service.api_key == "sk-secret"
    assert "sk-secret" not in f"{settings!r} {found!r}"
    assert read_settings(settings.to_environment(), tmp_path) == settings

"""What looking at a video takes from the settings. Apart from the server's composition, so that one video starts fast."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from clipsight.analysis.model import Model
from clipsight.errors import BackendMissing, BadSetting
from clipsight.perception.speech.choice import SERVICE, WHISPER, SpeechChoice
from clipsight.perception.speech.whisper_folder import whisper_folder
from clipsight.pipeline.dictation import SpeechService
from clipsight.pipeline.perceiver import PerceiverSettings
from clipsight.pipeline.run import Options
from clipsight.settings import Settings, fetch_settings, read_settings
from clipsight.source.guard import StandIns


def settings_here() -> Settings:
    """The settings of this process: its environment, and ``clipsight.toml`` in the current folder.

    Raises:
        BadSetting: with the name of the setting and what is expected.
    """
    return read_settings(os.environ, Path.cwd())


def perceiver_settings(settings: Settings) -> PerceiverSettings:
    """How the perception process is run. Finds a Whisper, and fetches it where that is allowed.

    Raises:
        BadSetting: the recogniser that is set is not here, or lacks what it needs.
    """
    choice = SpeechChoice.parse(settings.speech)
    if choice is None:
        raise BadSetting(name="CLIPSIGHT_SPEECH", expected="moonshine, whisper:MODEL or openai:MODEL")
    service = None
    if choice.kind == WHISPER:
        choice = replace(choice, model=str(_whisper(choice.model, download=settings.speech_download)))
    elif choice.kind == SERVICE:
        if settings.speech_base_url is None:
            raise BadSetting(
                name="CLIPSIGHT_SPEECH_BASE_URL", expected="the address of the service, such as https://host/v1"
            )
        service = SpeechService(settings.speech_base_url, choice.model, settings.speech_api_key)
    return PerceiverSettings(require_isolation=settings.require_isolation, speech=choice, service=service)


def _whisper(model: str, *, download: bool) -> Path:
    try:
        return whisper_folder(model, download=download)
    except BackendMissing as error:
        expected = (
            "whisper:FOLDER with model.bin, config.json and tokenizer.json, or whisper:NAME of a model that was downloaded "
            "before (CLIPSIGHT_SPEECH_DOWNLOAD=true downloads it)"
        )
        raise BadSetting(name="CLIPSIGHT_SPEECH", expected=expected) from error


def language_model(settings: Settings) -> Model | None:
    """The language model that is set; None without one.

    Raises:
        BadSetting: the provider is not known, or its key is missing.
    """
    if settings.model is None:
        return None
    from clipsight.analysis.model.provider import ModelChoice, ProviderLanguageModel  # noqa: PLC0415 - takes a second

    return ProviderLanguageModel(
        ModelChoice(settings.model, settings.model_base_url, settings.model_api_key, settings.model_timeout)
    )


def looking_options(settings: Settings, stand_ins: StandIns | None = None) -> Options:
    """How videos are obtained and looked at. ``stand_ins``: see :func:`clipsight.settings.fetch_settings`.

    Raises:
        BadSetting: cookies, a proxy or a media host that cannot be used.
    """
    return Options(
        max_seconds=settings.max_seconds,
        max_bytes=settings.max_bytes,
        profile=settings.profile,
        fetch_seconds=settings.fetch_timeout,
        fetch=fetch_settings(settings, stand_ins),
    )

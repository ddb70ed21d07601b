"""What looking at a video takes from the settings. Apart from the server's composition, so that one video starts fast."""

from __future__ import annotations

import os
from pathlib import Path

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
    return PerceiverSettings(require_isolation=settings.require_isolation)


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

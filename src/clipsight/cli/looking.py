"""What looking at a video takes from the settings. Apart from the server's composition, so that one video starts fast."""

from __future__ import annotations

import os
from pathlib import Path

from clipsight.errors import BadSetting
from clipsight.pipeline.perceiver import PerceiverSettings
from clipsight.pipeline.run import Options
from clipsight.schema.video import Platform
from clipsight.settings import Settings, read_settings
from clipsight.source.options import FetchSettings


def settings_here() -> Settings:
    """The settings of this process: its environment, and ``clipsight.toml`` in the current folder.

    Raises:
        BadSetting: with the name of the setting and what is expected.
    """
    return read_settings(os.environ, Path.cwd())


def perceiver_settings(settings: Settings) -> PerceiverSettings:
    return PerceiverSettings(require_isolation=settings.require_isolation)


def looking_options(settings: Settings) -> Options:
    """Raises :class:`BadSetting` for cookies or a proxy that cannot be used."""
    files: dict[Platform, Path | None] = {
        "instagram": settings.cookies_instagram,
        "tiktok": settings.cookies_tiktok,
        "youtube": settings.cookies_youtube,
    }
    cookies: dict[Platform, str] = {platform: _read(platform, file) for platform, file in files.items() if file is not None}
    return Options(
        max_seconds=settings.max_seconds,
        max_bytes=settings.max_bytes,
        profile=settings.profile,
        fetch=FetchSettings(cookies=cookies, proxy=settings.proxy, ca_bundle=settings.ca_bundle),
    )


def _read(platform: Platform, file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        name = f"CLIPSIGHT_COOKIES_{platform.upper()}"
        raise BadSetting(name=name, expected="the path of a cookie file in the Netscape format") from error

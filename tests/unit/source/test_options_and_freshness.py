"""The operator's settings are checked when they are made; the age of yt-dlp is known."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import certifi
import pytest

from clipsight.errors import BadSetting
from clipsight.source.freshness import ejs_version, ejs_wanted, ytdlp_age_days, ytdlp_version
from clipsight.source.options import FetchLimits, FetchSettings


def test_defaults() -> None:
    limits = FetchLimits()
    assert (limits.max_seconds, limits.max_bytes) == (180, 200_000_000)
    assert limits.budget_bytes > limits.max_bytes
    assert limits.processor_seconds == 70
    assert FetchLimits(max_bytes=4_000_000_000).processor_seconds == 260, "larger media take more"
    settings = FetchSettings()
    assert (settings.upstream, settings.stand_ins) == (None, None)
    assert "tiktok.com" in settings.suffixes


def test_media_hosts_are_added_to_those_of_the_platforms() -> None:
    assert FetchSettings(media_hosts=frozenset({"muscdn.com"})).suffixes >= {"muscdn.com", "tiktok.com"}


@pytest.mark.parametrize("host", ["com", "*.example.com", "example.com:443", "10.0.0.1", "https://example.com", ""])
def test_media_hosts_that_would_open_too_much(host: str) -> None:
    with pytest.raises(BadSetting, match="MEDIA_HOSTS"):
        FetchSettings(media_hosts=frozenset({host}))


def test_secrets_do_not_show() -> None:
    settings = FetchSettings(cookies={"tiktok": "sid_tt secret"}, proxy="http://me:secret@proxy.example:1")
    assert "secret" not in repr(settings)


def test_age_of_ytdlp() -> None:
    assert ytdlp_age_days(date(2026, 11, 21), "2026.10.26") == 26
    assert ytdlp_age_days(date(2026, 11, 21), "2026.11.22.123456.dev0") == 0
    assert ytdlp_age_days(date(2026, 11, 21), "unknown") is None
    assert ytdlp_age_days(date(2099, 1, 1), ytdlp_version()) is not None


def test_certificates_are_read_at_once(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(BadSetting, match="CLIPSIGHT_CA_BUNDLE"):
        FetchSettings(ca_bundle=tmp_path / "ca.pem")
    FetchSettings(ca_bundle=Path(certifi.where()))


def test_the_scripts_for_youtube_are_those_that_ytdlp_takes() -> None:
    assert ejs_wanted(["requests<3; extra == 'default'", "yt-dlp-ejs==0.9.1; extra == 'default'"]) == "0.9.1"
    assert ejs_wanted(["yt-dlp-ejs-more==1", "yt-dlp-ejs>=1"]) is None
    assert ejs_wanted() == ejs_version() is not None

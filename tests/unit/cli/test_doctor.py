"""What doctor says about yt-dlp: its age, and whether its scripts for YouTube fit it."""

from __future__ import annotations

import shlex
import sys

import pytest

from clipsight.cli import doctor
from clipsight.cli.doctor import Finding


def links(monkeypatch: pytest.MonkeyPatch, age: int | None = 3, ejs: str | None = "0.8.0") -> list[Finding]:
    for name, value in {
        "ytdlp_version": "2026.10.26",
        "ytdlp_age_days": age,
        "ejs_wanted": "0.8.0",
        "ejs_version": ejs,
    }.items():
        monkeypatch.setattr(doctor, name, lambda value=value: value)
    return [finding for finding in doctor._links() if "JavaScript" not in finding.what]


def test_a_month_is_not_old_and_a_day_more_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert links(monkeypatch, 30) == [Finding("ok", "yt-dlp 2026.10.26, 30 days old")]
    (old,) = links(monkeypatch, 31)
    assert (old.level, old.what) == ("note", "yt-dlp 2026.10.26 is 31 days old")
    assert old.cure is not None
    command = shlex.split(old.cure.partition(";")[0])
    assert command == [sys.executable, "-m", "pip", "install", "--upgrade", "--no-deps", "yt-dlp", "yt-dlp-ejs"]
    (unknown,) = links(monkeypatch, None)
    assert unknown.level == "note"


@pytest.mark.parametrize(("ejs", "words"), [("0.9.0", "has version 0.9.0"), (None, "is not there")])
def test_scripts_that_ytdlp_would_not_take(ejs: str | None, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    _, finding = links(monkeypatch, ejs=ejs)
    assert finding.level == "note"
    assert words in finding.what
    assert finding.cure is not None
    assert shlex.split(finding.cure)[-1] == "yt-dlp-ejs==0.8.0"

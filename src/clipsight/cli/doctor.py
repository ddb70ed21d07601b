"""``clipsight doctor``: what is installed, what is missing, how to fix it."""

from __future__ import annotations

import importlib.util
import platform
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av
import click

from clipsight.access.key import FILE, token_key
from clipsight.cli.looking import settings_here
from clipsight.cli.main import EXIT_FAILED
from clipsight.errors import ClipsightError
from clipsight.media.sandbox import available
from clipsight.perception.faces import FaceFinder
from clipsight.perception.screen_text.models import TextModels
from clipsight.perception.speech.models import SpeechModels
from clipsight.source.confinement import available as fetch_locks
from clipsight.source.freshness import STALE_DAYS, ejs_version, ejs_wanted, ytdlp_age_days, ytdlp_version

Level = Literal["ok", "note", "broken"]

LOW_DISK_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; ``cure`` says what to do when it is not ok."""

    level: Level
    what: str
    cure: str | None = None


@click.command()
def doctor() -> None:
    """Tell what is installed, what is missing and how to fix it. Exit status 1 when something would not work."""
    findings = [finding for check in CHECKS for finding in check()]
    marks = {"ok": "ok    ", "note": "note  ", "broken": "BROKEN"}
    for finding in findings:
        click.echo(f"{marks[finding.level]} {finding.what}")
        if finding.cure:
            click.echo(f"       → {finding.cure}")
    if any(finding.level == "broken" for finding in findings):
        sys.exit(EXIT_FAILED)


def _python() -> Iterator[Finding]:
    yield Finding("ok", f"Python {platform.python_version()} on {platform.system()} {platform.machine()}")
    ffmpeg = ".".join(str(part) for part in av.library_versions.get("libavcodec", ()))
    yield Finding("ok", f"PyAV {av.__version__} with libavcodec {ffmpeg}")


def _models() -> Iterator[Finding]:
    loaders: dict[str, Callable[[], object]] = {
        "text": TextModels.load,
        "speech": SpeechModels.load,
        "faces": FaceFinder.load,
    }
    for name, load in loaders.items():
        try:
            load()
        except ClipsightError as error:
            yield Finding("broken", f"models for {name}: {error.code}", "install clipsight again: make clean demo")
        else:
            yield Finding("ok", f"models for {name} are there and unchanged")
    if importlib.util.find_spec("pocketsphinx") is None:
        yield Finding("note", "times of words are approximate", "pocketsphinx has wheels for Python 3.11 and 3.13")


def _sandbox() -> Iterator[Finding]:
    isolation = available()
    if isolation.sufficient:
        landlock = f"Landlock {isolation.landlock}" if isolation.landlock else "no Landlock"
        yield Finding("ok", f"files are decoded in a sandbox (system call filter: {isolation.seccomp}, {landlock})")
    else:
        yield Finding(
            "broken",
            "this system offers no sandbox, so files are refused",
            "allow seccomp for the process, or set CLIPSIGHT_REQUIRE_ISOLATION=false if every file comes from you",
        )


def _fetching() -> Iterator[Finding]:
    isolation = fetch_locks()
    if isolation.missing:
        yield Finding(
            "note",
            f"links are fetched behind the egress guard, without: {', '.join(isolation.missing)}",
            "Linux 6.7 or later with Landlock switched on, and seccomp allowed for the process",
        )
    else:
        yield Finding("ok", "links are fetched behind the egress guard, and the kernel closes every other way")


def _links() -> Iterator[Finding]:
    version, age = ytdlp_version(), ytdlp_age_days()
    if age is None:
        yield Finding("note", f"yt-dlp {version} is not a release, so its age is unknown")
    elif age > STALE_DAYS:
        cure = f"{_pip('--upgrade', '--no-deps', 'yt-dlp', 'yt-dlp-ejs')}; platforms change faster than that"
        yield Finding("note", f"yt-dlp {version} is {age} days old", cure)
    else:
        yield Finding("ok", f"yt-dlp {version}, {age} days old")
    wanted, found = ejs_wanted(), ejs_version()
    if wanted is not None and found != wanted:
        there = "is not there" if found is None else f"has version {found}"
        yield Finding(
            "note",
            f"yt-dlp-ejs {there}, but yt-dlp {version} takes {wanted} alone: some YouTube videos cannot be fetched",
            _pip("--no-deps", f"yt-dlp-ejs=={wanted}"),
        )
    beside = Path(sys.executable).with_name("deno")
    if beside.exists() or shutil.which("deno"):
        yield Finding("ok", "a JavaScript runtime for YouTube is there")
    else:
        yield Finding(
            "note",
            "no JavaScript runtime: some YouTube videos cannot be fetched",
            _pip("deno>=2.9"),
        )


def _pip(*arguments: str) -> str:
    """The line that installs into the very environment that runs this."""
    return shlex.join((sys.executable, "-m", "pip", "install", *arguments))


def _settings() -> Iterator[Finding]:
    try:
        settings = settings_here()
    except ClipsightError as error:
        yield Finding("broken", error.public_message, "correct or remove the setting")
        return
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    level: Level = "ok" if free > LOW_DISK_BYTES else "note"
    yield Finding(level, f"data in {folder}, {free / 1e9:.0f} GB free", None if level == "ok" else "make room")


def _access() -> Iterator[Finding]:
    """Who may call a server with these settings. Makes no key: that is for the server, or for the first token."""
    try:
        settings = settings_here()
    except ClipsightError:
        return  # told already
    if settings.access == "open":
        yield Finding("ok", "access is open, for this machine alone; for others set CLIPSIGHT_ACCESS=token")
        return
    if settings.token_key is None and not (settings.data_dir / FILE).exists():
        yield Finding("note", f"access by {settings.access}, and there is no token yet", "clipsight token create NAME")
        return
    try:
        token_key(settings.data_dir, settings.token_key)
    except ClipsightError as error:
        yield Finding(
            "broken", f"access by {settings.access}, but the key of the tokens cannot be used", error.public_message
        )
    else:
        yield Finding("ok", f"access by {settings.access}, and the key of the tokens is there")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _python,
    _models,
    _sandbox,
    _fetching,
    _links,
    _settings,
    _access,
)

"""Children of a fetch that do their worst: what they say, what they leave behind, how long they talk."""

from __future__ import annotations

import os
import stat
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from clipsight.errors import ClipsightError, JobCancelled
from clipsight.source.fetch import FetchLimits, FetchSettings, fetch
from clipsight.source.links import Link, read_link

# A file that a broken fetch would move away or read: this one, so that a failing test costs the machine nothing.
OUTSIDE = Path(__file__).resolve()
ID = "7301234567890123456"
DONE = f"""echo '{{"done": {{"id": "{ID}", "file": "x"}}}}'"""

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a shell script in the place of the child; gives the code of the error, or ``ok``, after a look at the rest."""

    def play(script: str, seconds: float = 20, cancel: threading.Event | None = None, cookies: str = "") -> str:
        child = tmp_path / "child"
        child.write_text(f"#!/bin/sh\n{script}\n")
        child.chmod(child.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setattr(sys, "executable", str(child))
        into = tmp_path / "into"
        into.mkdir(exist_ok=True)
        link = read_link(f"https://www.tiktok.com/@a/video/{ID}")
        assert isinstance(link, Link)
        limits = FetchLimits(deadline_seconds=seconds, max_bytes=1_000_000)
        settings = FetchSettings(cookies={"tiktok": cookies})
        try:
            video = fetch(link, into, limits, settings, lambda _done, _total: None, cancel or threading.Event())
        except ClipsightError as error:
            assert list(into.iterdir()) == []
            return error.code
        assert list(into.iterdir()) == [video.path]
        return "ok"

    return play


DRIP = "for i in $(seq 300); do printf ' '; sleep 0.05; done"  # 15 s without the end of a line


def test_a_child_that_drips_does_not_outlive_the_deadline(run: Run) -> None:
    begin = time.monotonic()
    assert run(DRIP, seconds=0.5) == "timeout"
    assert time.monotonic() - begin < 8


def test_a_child_that_drips_is_cancelled(run: Run) -> None:
    cancel = threading.Event()
    cancel.set()
    begin = time.monotonic()
    assert run(DRIP, cancel=cancel) == JobCancelled.code
    assert time.monotonic() - begin < 8


def test_a_child_that_reports_without_a_pause_does_not_outlive_the_deadline(run: Run) -> None:
    assert run("""while :; do echo '{"progress": [1, null]}'; done""", seconds=0.5) == "timeout"


def test_a_child_that_does_not_read_its_request_holds_nobody_up(run: Run) -> None:
    assert run("sleep 60", seconds=0.5, cookies="x" * 1_000_000) == "timeout"


@pytest.mark.parametrize(
    "says",
    [
        "head -c 200000 /dev/zero | tr '\\0' '['; echo",
        """printf '{"failure": {"status": '; head -c 5000 /dev/zero | tr '\\0' '9'; echo '}}'""",
        """echo '{"failure": []}'""",
        """echo '{"failure": null}'""",
        """echo '{"done": null}'""",
        """echo '{"done": {}, "failure": {}}'""",
        """echo '{"progress": 5}'""",
        """echo '{"progress": [1]}'""",
        """echo '{"progress": [true, null]}'""",
        """echo '{"progress": [-1, null]}'""",
        """printf '{"progress": [1, 1'; head -c 400 /dev/zero | tr '\\0' '0'; echo ']}'""",
        f"""echo x > media/x; echo '{{"done": {{"id": "{ID}", "file": 5}}}}'""",
        f"""echo x > media/x; echo '{{"done": {{"id": "{ID}", "file": "x\\u0000y"}}}}'""",
        f"""echo x > media/x; echo '{{"done": {{"id": "{ID}", "file": "\\ud800"}}}}'""",
        f"""echo x > y; echo '{{"done": {{"id": "{ID}", "file": "../y"}}}}'""",
        f"""echo '{{"done": {{"id": "{ID}", "file": ".."}}}}'""",
        f"""echo '{{"done": {{"id": "{ID}", "file": ""}}}}'""",
        f"mkdir media/x; {DONE}",
        f"mkfifo media/x; {DONE}",
        f"ln -s {OUTSIDE} media/x; {DONE}",
        f"echo x > y; ln y media/x; {DONE}",  # another name of a file that is somewhere else
        f"rmdir media; mkdir elsewhere; echo x > elsewhere/x; ln -s elsewhere media; {DONE}",
        "rm -f stderr; mkfifo stderr; exit 3",
        "printf '\\377\\376\\n'",
        "kill -9 $$",
    ],
)
def test_what_is_no_answer_is_a_coded_failure(says: str, run: Run) -> None:
    assert run(says) == "platform_changed"


def test_nothing_that_the_child_started_is_alive_when_its_file_is_looked_at(run: Run, tmp_path: Path) -> None:
    """A grandchild that changes the file until it is stopped; the look would see one file and the move another."""
    number = tmp_path / "number"
    swap = f"while :; do ln -sf {OUTSIDE} media/x; rm -f media/x; echo x > media/x; done"
    assert run(f"echo x > media/x; sh -c '{swap}' & echo $! > {number}; {DONE}; wait") in ("ok", "platform_changed")
    kept = tmp_path / "into" / f"tiktok-{ID}.mp4"
    assert not kept.exists() or (kept.read_bytes() in (b"x\n", b"") and not kept.is_symlink())
    assert _is_gone(int(number.read_text()))


def _is_gone(process: int) -> bool:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state in "ZX":
            return True
        os.sched_yield()
    return False


def test_the_kept_file_is_for_its_owner_alone(run: Run, tmp_path: Path) -> None:
    assert run(f"umask 0; echo x > media/x; chmod 666 media/x; {DONE}") == "ok"
    kept = tmp_path / "into" / f"tiktok-{ID}.mp4"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.stat().st_nlink == 1


def test_a_folder_is_removed_whatever_was_done_to_it(run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o755)
    assert run(f"mkdir -p a/b/c; ln -s {outside} a/link; chmod 000 a/b a; chmod 500 .; exit 1") == "platform_changed"
    assert stat.S_IMODE(outside.stat().st_mode) == 0o755


def test_the_request_is_not_left_on_the_disk(run: Run, tmp_path: Path) -> None:
    """Cookies are in it."""
    assert run(f"cat > /dev/null; ls -A . > {tmp_path}/listing; exit 1", cookies="a secret") == "platform_changed"
    assert (tmp_path / "listing").read_text().split() == ["media"]


def test_a_child_that_cannot_be_started_leaves_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_before = len(os.listdir("/proc/self/fd"))
    monkeypatch.setattr("clipsight.source.fetch_process.subprocess.Popen", _no_process)
    with pytest.raises(BlockingIOError):
        run("exit 0")
    assert len(os.listdir("/proc/self/fd")) == open_before
    assert list((tmp_path / "into").iterdir()) == []


def _no_process(*_: object, **__: object) -> None:
    raise BlockingIOError("no more processes")

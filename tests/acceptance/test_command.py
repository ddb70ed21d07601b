"""The command as a person uses it: real processes, exit codes, what goes where."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clipsight.schema.result import Document
from clipsight.testing.sample import SAMPLE

pytestmark = pytest.mark.slow


def clipsight(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "clipsight", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home), "CLIPSIGHT_DATA_DIR": str(home / "data")},
    )


@pytest.mark.xdist_group("sample")
def test_the_sample(tmp_path: Path) -> None:
    frames, sheet = tmp_path / "frames", tmp_path / "sheet.jpg"
    asked = ("--format", "recipe", "--keyframes", frames, "--contact-sheet", sheet)
    done = clipsight("analyze", SAMPLE, *asked, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert sheet.read_bytes().startswith(b"\xff\xd8")
    document = Document.model_validate_json(done.stdout)
    assert document.format == "recipe"
    assert document.result is not None
    assert document.result["applicable"] is True
    assert len(document.evidence.shots) >= 5
    assert all(Path(keyframe.file or "").read_bytes().startswith(b"\xff\xd8") for keyframe in document.evidence.keyframes)
    assert {stage.status for stage in document.stages} <= {"ok", "skipped"}
    assert "watching and listening" in done.stderr
    assert "\r" not in done.stderr, "no live bar where there is no terminal"


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (["analyze", "/nonexistent.mp4"], 1, "file_missing"),
        (["analyze", "https://vimeo.com/1"], 1, "unsupported_host"),
        (["analyze", "https://www.tiktok.com/@a/photo/7106594312292453675"], 1, "slideshow"),
        (["analyze", str(SAMPLE), "--format", "poem"], 2, "unknown_format"),
        (["analyze", "-"], 2, "not_a_source"),
        (["analyze", "/tmp"], 2, "not_a_source"),
        (["serve", "--port", "0", "--data-dir", "/proc/x"], 2, "bad_setting"),
        (["serve", "--host", "0.0.0.0"], 2, "open_access_beyond_loopback"),
    ],
)
def test_refusals_are_one_line_with_a_code(arguments: list[str], status: int, code: str, tmp_path: Path) -> None:
    done = clipsight(*arguments, home=tmp_path)
    assert done.returncode == status
    assert done.stdout == ""
    assert f"[{code}]" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--keyframes", "--contact-sheet"])
def test_a_place_that_cannot_be_written_to_is_told_before_the_video_is_looked_at(option: str, tmp_path: Path) -> None:
    done = clipsight("analyze", SAMPLE, option, "/proc/none/x", home=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "watching" not in done.stderr


def test_a_full_disk_is_one_line() -> None:
    command = [sys.executable, "-m", "clipsight", "schema"]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "could not be written" in done.stderr


def test_nothing_of_the_inside_is_shown(tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("not a video")
    done = clipsight("analyze", tmp_path / "notes.mp4", home=tmp_path)
    assert (done.returncode, "[unsupported_file]" in done.stderr) == (1, True)
    assert "perception process" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [["analyze"], ["analyze", "a", "--output", "pdf"], ["nonsense"], ["analyze", "--bad"]]
)
def test_wrong_use_ends_with_2(arguments: list[str], tmp_path: Path) -> None:
    done = clipsight(*arguments, home=tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_help_and_lists(tmp_path: Path) -> None:
    assert "analyze" in clipsight("--help", home=tmp_path).stdout
    assert "recipe" in clipsight("formats", home=tmp_path).stdout
    assert json.loads(clipsight("schema", home=tmp_path).stdout)["title"] == "clipsight document"
    assert "ingredients" in clipsight("schema", "recipe", home=tmp_path).stdout
    assert clipsight("schema", "poem", home=tmp_path).returncode == 2


def test_doctor_finds_nothing_broken(tmp_path: Path) -> None:
    done = clipsight("doctor", home=tmp_path)
    assert done.returncode == 0, done.stdout
    assert "BROKEN" not in done.stdout
    assert "yt-dlp" in done.stdout
    assert "access is open, for this machine alone" in done.stdout


def test_doctor_tells_of_a_key_that_others_can_read(tmp_path: Path) -> None:
    key = tmp_path / "token.key"
    key.write_text("0" * 64)
    key.chmod(0o644)
    done = subprocess.run(
        [sys.executable, "-m", "clipsight", "doctor"],
        capture_output=True,
        text=True,
        check=False,
        env={
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
            "CLIPSIGHT_ACCESS": "token",
            "CLIPSIGHT_DATA_DIR": str(tmp_path),
        },
    )
    assert done.returncode == 1
    assert "BROKEN access by token" in done.stdout


def test_doctor_tells_what_is_wrong(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "clipsight", "doctor"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CLIPSIGHT_MAX_SECONDS": "many"},
    )
    assert done.returncode == 1
    assert "CLIPSIGHT_MAX_SECONDS" in done.stdout


@pytest.mark.xdist_group("sample")
def test_many_from_standard_input_interrupted_and_gone_on_with(tmp_path: Path) -> None:
    """Stopped while it looks at the sample; the file that is missing was told before, and is not told again."""
    listed = tmp_path / "list"
    listed.write_text(f"# mine\n\n/nonexistent.mp4\n{SAMPLE}\n")
    output = tmp_path / "out.ndjson"
    command = [sys.executable, "-m", "clipsight", "analyze", "--from", "-", "--to", str(output)]
    home = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "CLIPSIGHT_DATA_DIR": str(tmp_path / "data")}
    with listed.open() as given:
        running = subprocess.Popen(command, stdin=given, stderr=subprocess.PIPE, text=True, env=home)
    assert running.stderr is not None
    assert "1 of 2 over, 1 failed [file_missing]" in running.stderr.readline()
    running.send_signal(signal.SIGINT)
    _, told = running.communicate(timeout=120)
    assert (running.returncode, told.strip()) == (130, ""), "no word, and no traceback"

    done = clipsight("analyze", "--from", listed, "--to", output, home=tmp_path)
    assert done.returncode == 1, "one has failed"
    assert done.stderr.splitlines() == ["clipsight: 1 of 2 over, 1 failed", "clipsight: 2 of 2 over, 1 failed"]
    missing, sample = map(json.loads, output.read_text(encoding="utf-8").splitlines())
    assert (missing["index"], missing["error_code"]) == (0, "file_missing")
    assert (sample["index"], sample["status"]) == (1, "success")
    Document.model_validate(sample["result"])

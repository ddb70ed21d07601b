"""Files from outside: identity, limits, names."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.errors import EmptyFile, FileMissing, TooLarge
from clipsight.schema.video import PlatformFacts, VideoRef
from clipsight.source.options import FetchLimits
from clipsight.source.upload import MAX_NAME, UploadReceiver, identify_file, open_file, safe_name

LIMITS = FetchLimits(max_bytes=1000)
CONTENT = b"video" * 100
DIGEST = hashlib.sha256(CONTENT).hexdigest()


def test_a_local_file_stays_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "my clip.mp4"
    path.write_bytes(CONTENT)
    video = open_file(path, LIMITS)
    assert video.ref == VideoRef("file", f"sha256:{DIGEST}", "upload:my clip.mp4")
    assert (video.path, video.facts) == (path, PlatformFacts())
    assert identify_file(path, "other.mov").key == video.ref.key


def test_local_files_that_cannot_be_taken(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    (tmp_path / "large.mp4").write_bytes(b"x" * 1001)
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(EmptyFile):
        open_file(tmp_path / "empty.mp4", LIMITS)
    with pytest.raises(TooLarge, match="1000"):
        open_file(tmp_path / "large.mp4", LIMITS)
    for missing in (tmp_path / "none.mp4", tmp_path, tmp_path / "pipe.mp4", Path("a\0b"), Path("/dev/zero")):
        with pytest.raises(FileMissing):
            open_file(missing, LIMITS)
    with pytest.raises(FileMissing):
        identify_file(tmp_path / "none.mp4", "x")


def test_an_upload_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    with UploadReceiver(tmp_path, "../../etc/clip.mp4", LIMITS) as receiver:
        for start in range(0, len(CONTENT), 7):
            receiver.write(CONTENT[start : start + 7])
        assert [path.name[0] for path in tmp_path.iterdir()] == ["."]
        video = receiver.finish()
    assert video.ref == VideoRef("file", f"sha256:{DIGEST}", "upload:clip.mp4")
    assert list(tmp_path.iterdir()) == [video.path]
    assert video.path.read_bytes() == CONTENT


def test_an_upload_that_is_too_large_ends_while_it_streams(tmp_path: Path) -> None:
    with UploadReceiver(tmp_path, "x", LIMITS) as receiver:
        for _ in range(10):
            receiver.write(b"x" * 100)
        with pytest.raises(TooLarge, match="1000"):
            receiver.write(b"x")
    assert list(tmp_path.iterdir()) == []


def test_an_upload_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with UploadReceiver(tmp_path, "x", LIMITS) as receiver:
        receiver.write(b"half")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_upload(tmp_path: Path) -> None:
    with UploadReceiver(tmp_path, "x", LIMITS) as receiver, pytest.raises(EmptyFile):
        receiver.finish()
    assert list(tmp_path.iterdir()) == []


def test_the_same_upload_twice_is_one_file(tmp_path: Path) -> None:
    found = set()
    for name in ("a.mp4", "b.mp4"):
        with UploadReceiver(tmp_path, name, LIMITS) as receiver:
            receiver.write(CONTENT)
            found.add(receiver.finish().path)
    assert len(found) == 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("clip.mp4", "clip.mp4"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\me\\clip.mp4", "clip.mp4"),
        ("..", "video"),
        ("", "video"),
        ("<script>.mp4", "_script_.mp4"),
        ("a\x00b\u202egpj.mp4", "abgpj.mp4"),
        ("Küche mit 猫.mp4", "Küche mit 猫.mp4"),
        ("x" * 300 + ".mp4", "x" * 96 + ".mp4"),
    ],
)
def test_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=300))
def test_no_name_leaves_the_folder(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe) <= MAX_NAME
    assert not set(safe) & set("/\\<>\"'%&\0\n")
    assert safe not in (".", "..")
    assert safe_name(safe) == safe

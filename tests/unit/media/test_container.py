"""What is opened, and above all what is not."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.errors import DamagedFile, EmptyFile, FileMissing, MediaError, UnsupportedFile
from clipsight.media.container import DescriptorFile, demuxer_for, open_container

Opener = Callable[[Path], int]


def png() -> bytes:
    return cv2.imencode(".png", np.full((32, 32, 3), 90, np.uint8))[1].tobytes()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b"\0" * 4096, UnsupportedFile),
        (png(), UnsupportedFile),
        (b"ffconcat version 1.0\nfile /etc/hostname\n", UnsupportedFile),
        (b"#EXTM3U\n#EXTINF:1\nfile:///etc/hostname\n", UnsupportedFile),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", UnsupportedFile),
        (b"RIFF\x24\0\0\0AVI LIST", UnsupportedFile),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", UnsupportedFile),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", DamagedFile),
        (b"\0\0\0\x08moov", DamagedFile),
        (b"\x1a\x45\xdf\xa3" + b"\xff" * 64, DamagedFile),
    ],
    ids=["empty", "zeros", "png", "ffconcat", "playlist", "svg", "avi", "heic", "bare ftyp", "bare moov", "bare ebml"],
)
def test_what_is_no_video_is_refused(content: bytes, error: type[MediaError], tmp_path: Path, opened: Opener) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with pytest.raises(error) as caught:
        open_container(opened(path))
    assert caught.type is error


@given(st.binary(max_size=64))
def test_a_demuxer_is_chosen_or_the_file_is_refused(head: bytes) -> None:
    try:
        name = demuxer_for(head)
    except UnsupportedFile:
        return
    assert name in {"mov", "matroska"}


def test_a_pipe_and_a_closed_descriptor_are_no_files() -> None:
    read, write = os.pipe()
    try:
        with pytest.raises(FileMissing):
            open_container(read)
    finally:
        os.close(read)
        os.close(write)
    with pytest.raises(FileMissing):
        open_container(read)


def test_the_offset_of_the_descriptor_is_left_alone(plain_clip: Path, opened: Opener) -> None:
    descriptor = opened(plain_clip)
    os.lseek(descriptor, 17, os.SEEK_SET)
    with open_container(descriptor) as container:
        assert container.format.name.startswith("mov")
    assert os.lseek(descriptor, 0, os.SEEK_CUR) == 17


def test_two_threads_read_one_descriptor(plain_clip: Path, opened: Opener) -> None:
    descriptor = opened(plain_clip)
    counts: dict[str, int] = {}

    def count(kind: str) -> None:
        with open_container(descriptor) as container:
            counts[kind] = sum(1 for _ in container.decode(**{kind: 0}))

    threads = [threading.Thread(target=count, args=(kind,)) for kind in ("video", "audio")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts["video"] == 60
    assert counts["audio"] > 80


def test_reading_by_descriptor_equals_reading_the_file(plain_clip: Path, opened: Opener) -> None:
    source, content = DescriptorFile(opened(plain_clip)), plain_clip.read_bytes()
    assert source.seek(0, os.SEEK_END) == len(content)
    assert source.read(10) == b""
    assert source.seek(5) == 5
    assert source.read(7) == content[5:12]
    assert source.seek(-2, os.SEEK_CUR) == source.tell() == 10

"""Messages between worker and perception process: whole or not at all, and never trusted."""

from __future__ import annotations

import os
import socket
import struct
import threading
from pathlib import Path

import pytest

from clipsight.pipeline.channel import MAX_JSON, Channel, ChannelAbused, ChannelClosed


@pytest.fixture
def ends() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def test_a_message_arrives_with_its_attachments(ends: tuple[socket.socket, socket.socket]) -> None:
    here, there = Channel(ends[0]), Channel(ends[1])
    picture = os.urandom(3_000_000)  # larger than any socket buffer: sending and receiving must overlap
    sender = threading.Thread(target=here.send, args=({"a": "ü", "n": [1, 2]}, [b"", picture]))
    sender.start()
    message = there.receive()
    sender.join()
    assert message.body == {"a": "ü", "n": [1, 2]}
    assert message.attachments == (b"", picture)
    assert message.descriptor is None
    here.close()
    there.close()


def test_an_open_file_can_be_handed_over(ends: tuple[socket.socket, socket.socket], tmp_path: Path) -> None:
    path = tmp_path / "video"
    path.write_bytes(b"frames")
    here, there = Channel(ends[0]), Channel(ends[1], takes_descriptors=True)
    with path.open("rb") as file:
        here.send({}, descriptor=file.fileno())
    path.unlink()
    message = there.receive()
    assert message.descriptor is not None
    assert os.pread(message.descriptor, 10, 0) == b"frames"
    os.close(message.descriptor)
    here.close()
    there.close()


def test_nobody_can_push_open_files_onto_a_side_that_takes_none(
    ends: tuple[socket.socket, socket.socket], tmp_path: Path
) -> None:
    here, there = Channel(ends[0]), Channel(ends[1])
    before = len(os.listdir("/proc/self/fd"))
    with (tmp_path / "file").open("wb") as file:
        here.send({"a": 1}, descriptor=file.fileno())
    message = there.receive()
    assert (message.body, message.descriptor) == ({"a": 1}, None)
    assert len(os.listdir("/proc/self/fd")) == before
    here.close()
    there.close()


@pytest.mark.parametrize(
    "bad",
    [
        struct.pack("!II", MAX_JSON + 1, 0),
        struct.pack("!II", 2, 1_000_000),
        struct.pack("!II", 2, 1) + struct.pack("!I", 2**31),
        struct.pack("!II", 2, 0) + b"{!",
        struct.pack("!II", 2, 0) + b"[]",
    ],
)
def test_what_is_not_a_message_is_refused(ends: tuple[socket.socket, socket.socket], bad: bytes) -> None:
    ends[0].sendall(bad)
    there = Channel(ends[1])
    with pytest.raises(ChannelAbused):
        there.receive()
    ends[0].close()
    there.close()


@pytest.mark.parametrize("part", [b"", b"\0\0", struct.pack("!II", 100, 0) + b'{"half'])
def test_an_end_inside_a_message_is_an_end(ends: tuple[socket.socket, socket.socket], part: bytes) -> None:
    ends[0].sendall(part)
    ends[0].close()
    there = Channel(ends[1])
    with pytest.raises(ChannelClosed):
        there.receive()
    there.close()


def test_nobody_listens(ends: tuple[socket.socket, socket.socket]) -> None:
    ends[1].close()
    here = Channel(ends[0])
    with pytest.raises(ChannelClosed):
        here.send({"x": 1})
    here.close()

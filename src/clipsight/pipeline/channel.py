"""Messages between a worker and its perception process: JSON with binary attachments over a unix socket.

One message is a header of two unsigned 32-bit numbers (length of the JSON, number of attachments), one such number per
attachment, the JSON, then the attachments. Nothing is ever unpickled: the process on the other side decodes hostile files
and may have been taken over, so everything it says is validated by whoever asked.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

MAX_JSON = 64 * 1024 * 1024
MAX_ATTACHMENTS = 256
MAX_ATTACHMENT = 16 * 1024 * 1024
_NUMBER = struct.Struct("!I")


class ChannelClosed(Exception):
    """The other side is gone."""


class ChannelAbused(Exception):
    """The other side sent something that is not a message."""


@dataclass(frozen=True, slots=True)
class Message:
    """A JSON object, the attachments that came with it and, at most once, an open file descriptor."""

    body: dict[str, Any]
    attachments: tuple[bytes, ...] = ()
    descriptor: int | None = None


class Channel:
    """One end of the conversation. Not safe for several threads.

    Args:
        end: a connected unix stream socket.
        takes_descriptors: whether a message may bring an open file. Only the confined side takes them: it must not be
            able to fill its parent's table with files that nobody closes.
    """

    def __init__(self, end: socket.socket, *, takes_descriptors: bool = False) -> None:
        self._end = end
        self._takes_descriptors = takes_descriptors

    def fileno(self) -> int:
        return self._end.fileno()

    def close(self) -> None:
        self._end.close()

    def send(self, body: dict[str, Any], attachments: Sequence[bytes] = (), descriptor: int | None = None) -> None:
        """Send one message.

        Raises:
            ChannelClosed: nobody reads any more.
        """
        text = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        head = _NUMBER.pack(len(text)) + _NUMBER.pack(len(attachments))
        head += b"".join(_NUMBER.pack(len(part)) for part in attachments)
        try:
            if descriptor is None:
                self._end.sendall(head)
            else:
                sent = socket.send_fds(self._end, [head], [descriptor])
                self._end.sendall(head[sent:])
            self._end.sendall(text)
            for part in attachments:
                self._end.sendall(part)
        except OSError as error:
            raise ChannelClosed from error

    def receive(self) -> Message:
        """Wait for one message.

        Raises:
            ChannelClosed: the other side ended, before or inside a message.
            ChannelAbused: sizes over the limits, or not a JSON object.
        """
        first, descriptor = self._first_bytes()
        length = _NUMBER.unpack(first[:4])[0]
        count = _NUMBER.unpack(first[4:])[0]
        if length > MAX_JSON or count > MAX_ATTACHMENTS:
            raise ChannelAbused
        sizes = [_NUMBER.unpack(self._exactly(4))[0] for _ in range(count)]
        if any(size > MAX_ATTACHMENT for size in sizes):
            raise ChannelAbused
        try:
            body = json.loads(self._exactly(length))
        except ValueError as error:
            raise ChannelAbused from error
        if not isinstance(body, dict):
            raise ChannelAbused
        return Message(cast("dict[str, Any]", body), tuple(self._exactly(size) for size in sizes), descriptor)

    def _first_bytes(self) -> tuple[bytes, int | None]:
        """The eight bytes that open a message, with the descriptor that may ride on the first of them."""
        descriptors: list[int] = []
        try:
            if self._takes_descriptors:
                data, descriptors, _, _ = socket.recv_fds(self._end, 8, 1)
            else:
                data = self._end.recv(8)
        except OSError as error:
            raise ChannelClosed from error
        if not data:
            raise ChannelClosed
        return data + self._exactly(8 - len(data)), descriptors[0] if descriptors else None

    def _exactly(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            try:
                part = self._end.recv(min(size - len(parts), 1 << 20))
            except OSError as error:
                raise ChannelClosed from error
            if not part:
                raise ChannelClosed
            parts += part
        return bytes(parts)

"""Files that people bring themselves: identified by their content, never by their name."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath
from types import TracebackType
from typing import BinaryIO, Self

from clipsight.errors import EmptyFile, FileMissing, TooLarge
from clipsight.schema.video import PlatformFacts, Video, VideoRef
from clipsight.source.facts import clean
from clipsight.source.options import FetchLimits

CHUNK = 1 << 20  # bytes read at once for hashing
MAX_NAME = 100  # characters of a name that are kept
NAMELESS = "video"

_UNSAFE = re.compile(r"[^\w.() +@,=-]+")  # keeps letters of every script; drops separators, quotes, percent, markup


def safe_name(name: str) -> str:
    """A file name from outside as it may be shown and stored: no folders, no markup, no hidden characters."""
    base = PureWindowsPath(PurePosixPath(clean(name, 4 * MAX_NAME) or "").name).name
    kept = _UNSAFE.sub("_", base).strip(" .")
    if len(kept) > MAX_NAME:
        stem, dot, ending = kept.rpartition(".")
        kept = stem[: MAX_NAME - 1 - len(ending)] + dot + ending if dot and len(ending) <= 5 else kept[:MAX_NAME]
    return kept or NAMELESS


def identify_file(path: Path, name: str) -> VideoRef:
    """The identity of a file: the SHA-256 of its content. ``name`` is what its owner calls it.

    Raises:
        FileMissing: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileMissing from error
    return _ref(digest, name)


def open_file(path: Path, limits: FetchLimits) -> Video:
    """A file on this machine as a video. It stays where it is; what it holds is for the decoder to find out.

    Raises:
        FileMissing: there is no regular file that can be read.
        EmptyFile: it has no bytes.
        TooLarge: it has more than ``limits.max_bytes``.
    """
    try:
        facts = path.stat()
    except (OSError, ValueError) as error:
        raise FileMissing from error
    if not stat.S_ISREG(facts.st_mode):
        raise FileMissing
    if facts.st_size == 0:
        raise EmptyFile
    if facts.st_size > limits.max_bytes:
        raise TooLarge(limit_bytes=limits.max_bytes)
    return Video(identify_file(path, path.name), path, PlatformFacts())


class UploadReceiver:
    """Takes an upload block by block: counted and hashed on the way, visible in its folder only when complete.

    Use as a context manager; what was not finished is removed at its end. Blocking file writes: not for an event loop.

        with UploadReceiver(folder, name, limits) as receiver:
            for block in blocks:
                receiver.write(block)
            video = receiver.finish()

    Args:
        into: existing folder on the disk where the file will stay.
        name: what the sender calls the file; only shown.
        limits: of these, ``max_bytes``.
    """

    def __init__(self, into: Path, name: str, limits: FetchLimits) -> None:
        self._into = into
        self._name = name
        self._limit = limits.max_bytes
        self._hash = hashlib.sha256()
        self._part = into / f".upload-{secrets.token_hex(8)}"
        self._file: BinaryIO | None = None
        self.received = 0

    def __enter__(self) -> Self:
        self._file = self._part.open("xb")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._file is not None:
            self._file.close()
        with suppress(FileNotFoundError):
            self._part.unlink()

    def write(self, block: bytes) -> None:
        """Take the next block.

        Raises:
            TooLarge: the upload is larger than the limit; nothing more is written.
        """
        assert self._file is not None
        self.received += len(block)
        if self.received > self._limit:
            raise TooLarge(limit_bytes=self._limit)
        self._hash.update(block)
        self._file.write(block)

    def finish(self) -> Video:
        """Put the file in its place, under its hash. The same upload twice is the same file.

        Raises:
            EmptyFile: nothing came.
        """
        assert self._file is not None
        if self.received == 0:
            raise EmptyFile
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest = self._hash.hexdigest()
        target = self._into / f"sha256-{digest}"
        os.replace(self._part, target)
        return Video(_ref(digest, self._name), target, PlatformFacts())


def _ref(digest: str, name: str) -> VideoRef:
    return VideoRef("file", f"sha256:{digest}", f"upload:{safe_name(name)}")

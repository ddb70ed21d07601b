"""Files by their content: uploads, fetched videos, keyframes. The name of a blob is the SHA-256 of what is in it.

A blob is there completely or not at all: it is written beside its place and moved there once it is on the disk.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import Protocol

from clipsight.errors import FileMissing

BLOCK = 1 << 20  # bytes read at a time
LOST_AFTER = 3600.0  # seconds after which a half-written file of a dead process counts as lost

MARKER = "store-id"

NO_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP)  # disks that cannot give a file a second name

_NAME = re.compile(r"[0-9a-f]{64}")


class BlobStore(Protocol):
    """Where blobs live. Safe for use by several threads and processes.

    All methods may raise :class:`~clipsight.errors.BlobStoreUnavailable` and :class:`~clipsight.errors.BlobStoreRefused`.
    The conformance suite is ``tests/conformance/blobs``.
    """

    def put_bytes(self, content: bytes) -> str:
        """Keep the content, return its name. Keeping the same content again changes nothing."""
        ...

    def put_file(self, path: Path, blob: str | None = None) -> str:
        """Keep the content of a file that nobody writes any more, return its name. The file itself stays where it is.

        Args:
            path: the file; quick when it lies in a folder that :meth:`workplace` gave.
            blob: its SHA-256 as hexadecimal digits, when the caller knows it already.
        """
        ...

    def workplace(self) -> AbstractContextManager[Path]:
        """An empty folder for files that are to become blobs; it goes with the context."""
        ...

    def lend(self, blob: str) -> AbstractContextManager[Path]:
        """The content as a file to read while the context lasts.

        Raises:
            FileMissing: there is no such blob (any more).
        """
        ...

    def has(self, blob: str) -> bool:
        """Whether there is such a blob."""
        ...

    def read(self, blob: str) -> bytes:
        """The content of a small blob. Raises as :meth:`lend`."""
        ...

    def discard(self, blob: str) -> None:
        """Forget a blob; nothing happens when it is gone already."""
        ...

    def names(self) -> Iterator[str]:
        """All blobs that were last put more than an hour ago, for the search for orphans."""
        ...

    def sweep_inbox(self) -> None:
        """Remove what a dead process left half-written."""
        ...

    def identity(self, fresh: str) -> str:
        """The name that this store was given when it was first used: ``fresh``, if that is now."""
        ...


class FileBlobStore:
    """Blobs as files ``<folder>/ab/abcd…``; the folder is on one machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._inbox = folder / "incoming"
        self._inbox.mkdir(parents=True, exist_ok=True, mode=0o700)

    @contextmanager
    def workplace(self) -> Generator[Path]:
        with tempfile.TemporaryDirectory(dir=self._inbox) as folder:
            yield Path(folder)

    def put_bytes(self, content: bytes) -> str:
        blob = hashlib.sha256(content).hexdigest()
        if not self._touch(blob):
            with tempfile.NamedTemporaryFile(dir=self._inbox, delete=False) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._settle(Path(file.name), blob)
        return blob

    def put_file(self, path: Path, blob: str | None = None) -> str:
        blob = blob or hash_file(path)
        if not self._touch(blob):
            with path.open("rb") as file:
                os.fsync(file.fileno())
            place = self._place(blob)
            place.parent.mkdir(exist_ok=True)
            try:
                os.link(path, place)
            except FileExistsError:
                pass
            except OSError as error:
                if error.errno not in NO_LINK:
                    raise
                self._copy(path, blob)
            _sync_folder(place.parent)
        return blob

    @contextmanager
    def lend(self, blob: str) -> Generator[Path]:
        place = self._place(blob)
        if not place.is_file():
            raise FileMissing
        yield place

    def has(self, blob: str) -> bool:
        return is_name(blob) and self._place(blob).is_file()

    def read(self, blob: str) -> bytes:
        try:
            return self._place(blob).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing from error

    def discard(self, blob: str) -> None:
        self._place(blob).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        before = time.time() - LOST_AFTER
        for place in self._folder.glob("??/*"):
            if is_name(place.name) and _modified(place) < before:
                yield place.name

    def sweep_inbox(self) -> None:
        sweep(self._inbox)

    def identity(self, fresh: str) -> str:
        marker = self._folder / MARKER
        with tempfile.NamedTemporaryFile("w", dir=self._inbox) as file:
            file.write(fresh)
            file.flush()
            os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(file.name, marker)
        return marker.read_text()

    def _place(self, blob: str) -> Path:
        if not is_name(blob):
            raise FileMissing
        return self._folder / blob[:2] / blob

    def _touch(self, blob: str) -> bool:
        """Whether the blob is there; its age starts again, so that a search for orphans leaves it alone."""
        try:
            os.utime(self._place(blob))
        except FileNotFoundError:
            return False
        return True

    def _copy(self, path: Path, blob: str) -> None:
        with tempfile.NamedTemporaryFile(dir=self._inbox, delete=False) as copy, path.open("rb") as original:
            shutil.copyfileobj(original, copy, BLOCK)
            copy.flush()
            os.fsync(copy.fileno())
        self._settle(Path(copy.name), blob)

    def _settle(self, path: Path, blob: str) -> None:
        place = self._place(blob)
        place.parent.mkdir(exist_ok=True)
        path.replace(place)
        _sync_folder(place.parent)


def sweep(folder: Path) -> None:
    """Remove files and folders that nobody has touched for an hour."""
    before = time.time() - LOST_AFTER
    for path in folder.iterdir():
        if _modified(path) >= before:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def is_name(text: str) -> bool:
    """Whether a text can be the name of a blob."""
    return _NAME.fullmatch(text) is not None


def _modified(path: Path) -> float:
    """Time of the last change; a file that went away meanwhile counts as new, so that nobody touches it."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def hash_file(path: Path) -> str:
    """SHA-256 of a file as hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

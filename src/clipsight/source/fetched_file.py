"""The folder of one fetch and the file that it leaves there: both were in the hands of a process that may be hostile."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from clipsight.errors import EmptyFile, PlatformChanged, TooLarge
from clipsight.source.fetch_process import ChildStopped
from clipsight.source.options import FetchLimits

log = logging.getLogger(__name__)


@contextmanager
def private_folder(into: Path) -> Generator[Path]:
    """A folder in ``into`` that only this user may enter; removed at the end, whatever was done to it.

    Not ``tempfile.TemporaryDirectory``: before Python 3.11.9 it follows links when it changes modes (CVE-2023-6597).
    """
    folder = Path(tempfile.mkdtemp(prefix=".fetch-", dir=into))
    try:
        yield folder
    finally:
        _remove(folder)


def settle(name: str, folder: Path, target: Path, limits: FetchLimits) -> None:
    """Move the file ``name`` in ``folder`` to ``target``, after a look at what the child calls a file.

    Call it when the child and all that it started are gone. The look and the move are about one open file and not about a
    name twice: a link, another name of a file elsewhere or something that is no file at all is not moved.

    Raises:
        PlatformChanged, EmptyFile, TooLarge: it is not a file that can be kept.
    """
    if os.sep in name or name in ("", ".", ".."):
        raise PlatformChanged from ChildStopped("the file is not in the folder of the fetch")
    try:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=place)
        finally:
            os.close(place)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise PlatformChanged from error
    try:
        _check(os.fstat(descriptor), limits)
        _link(descriptor, target)
    finally:
        os.close(descriptor)


def _check(facts: os.stat_result, limits: FetchLimits) -> None:
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink != 1:
        raise PlatformChanged from ChildStopped("the file is not one of the fetch alone")
    if facts.st_size == 0:
        raise EmptyFile
    if facts.st_size > limits.max_bytes:
        raise TooLarge(limit_bytes=limits.max_bytes)


def _link(descriptor: int, target: Path) -> None:
    """Give the open file the name ``target``, in place of what has that name."""
    with suppress(FileNotFoundError):
        target.unlink()
    try:
        os.link(f"/proc/self/fd/{descriptor}", target, follow_symlinks=True)
    except OSError:  # no /proc, or a disk without second names
        with os.fdopen(os.dup(descriptor), "rb") as source, target.open("xb") as copy:
            shutil.copyfileobj(source, copy)
    target.chmod(0o600)


def _remove(folder: Path) -> None:
    """Remove a folder in which directories may have been made unreadable. Nobody else changes it any more."""
    try:
        folder.chmod(0o700)
        for place, names, _ in os.walk(folder):
            for name in names:
                path = os.path.join(place, name)
                if not os.path.islink(path):
                    os.chmod(path, 0o700)
        shutil.rmtree(folder)
    except (OSError, RecursionError) as error:
        log.warning("the folder of a fetch could not be removed whole: %s (%s)", folder, type(error).__name__)

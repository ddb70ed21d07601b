"""Where the key of the tokens comes from: a file in the data directory, or a setting that several machines share."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from pathlib import Path

from clipsight.access.tokens import TokenKey
from clipsight.errors import TokenKeyUnusable

FILE = "token.key"
KEY_BYTES = 32

_CONTENT = re.compile(rf"[0-9a-f]{{{2 * KEY_BYTES}}}\n?")
_OTHERS = 0o077  # the permissions of everybody but the owner


def token_key(folder: Path, given: str | None) -> TokenKey:
    """The key that was given, else the one in the folder, which is made when there is none.

    Raises:
        TokenKeyUnusable: the file cannot be read or written, holds something else, or is open to others.
    """
    if given is not None:
        return TokenKey(given.encode())
    path = folder / FILE
    try:
        if not path.exists():
            _make(path)
        return _read(path)
    except OSError as error:
        raise TokenKeyUnusable from error


def _read(path: Path) -> TokenKey:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
        if os.fstat(descriptor).st_mode & _OTHERS:
            raise TokenKeyUnusable
        content = file.read(4 * KEY_BYTES)
    if not _CONTENT.fullmatch(content):
        raise TokenKeyUnusable
    return TokenKey(bytes.fromhex(content.strip()))


def _make(path: Path) -> None:
    """Whole or not at all, and when two processes do it at once, both go on with the same key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}-")  # mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, path)
        except FileExistsError:
            return
    finally:
        os.unlink(name)

"""Landlock: no file and no TCP port may be opened, enforced by a second mechanism of the kernel.

The filter of :mod:`seccomp` already refuses these calls; this layer holds even if a descriptor of a folder was left
open or a call was forgotten. It applies to the calling thread and to those that it starts later.

Source: the kernel's ``Documentation/userspace-api/landlock.rst``.
"""

from __future__ import annotations

import ctypes
import os
from typing import Final

from clipsight.media.sandbox.kernel import syscall
from clipsight.media.sandbox.numbers import Machine

_ASK_VERSION: Final = 1  # LANDLOCK_CREATE_RULESET_VERSION

# Rights that each version of the interface added; a right that is handled and not granted is refused.
_FILE_RIGHTS: Final = {1: 0x1FFF, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}  # basics; REFER; TRUNCATE; IOCTL_DEV
_NETWORK_RIGHTS: Final = {4: 0b11}  # BIND_TCP | CONNECT_TCP
_SCOPES: Final = {6: 0b11}  # abstract unix sockets and signals of processes outside


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


_SIZES: Final = {1: 8, 4: 16, 6: 24}  # bytes of the structure that each version knows


def restrict(machine: Machine) -> int:
    """Refuses all files, TCP ports and outside processes to this thread. Needs no-new-privs.

    Returns:
        The version of the kernel's interface, from 1.

    Raises:
        OSError: the kernel has no Landlock (``ENOSYS``) or it is switched off (``EOPNOTSUPP``).
    """
    create = machine.numbers["landlock_create_ruleset"]
    version = syscall(create, None, 0, _ASK_VERSION)
    ruleset = _Ruleset(_known(_FILE_RIGHTS, version), _known(_NETWORK_RIGHTS, version), _known(_SCOPES, version))
    size = max(length for since, length in _SIZES.items() if since <= version)
    descriptor = syscall(create, ruleset, size, 0)
    try:
        syscall(machine.numbers["landlock_restrict_self"], descriptor, 0)
    finally:
        os.close(descriptor)
    return version


def _known(rights: dict[int, int], version: int) -> int:
    return sum(bits for since, bits in rights.items() if since <= version)

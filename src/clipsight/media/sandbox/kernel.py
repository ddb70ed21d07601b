"""Raw calls into the Linux kernel for which Python has no function."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NAME = 15
PR_SET_NO_NEW_PRIVS = 38
PR_SET_VMA = 0x53564D41

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)

Argument = int | ctypes.Array[ctypes.c_char] | ctypes.Structure | None


def syscall(number: int, *arguments: Argument) -> int:
    """Makes system call ``number``; structures and buffers are passed by their address.

    Raises:
        OSError: the kernel refused; ``errno`` says why (``ENOSYS``: it does not know the call).
    """
    words = [_word(argument) for argument in arguments]
    result = int(_function("syscall", ctypes.c_long)(ctypes.c_long(number), *words))
    if result < 0:
        raise _last_error()
    return result


def prctl(option: int, value: int = 0) -> None:
    """Changes an attribute of this process.

    Raises:
        OSError: the kernel refused.
    """
    words = (ctypes.c_ulong(word) for word in (value, 0, 0, 0))
    if _function("prctl", ctypes.c_int)(ctypes.c_int(option), *words) != 0:
        raise _last_error()


def unshare(flags: int) -> None:
    """Leaves the namespaces named by ``flags`` for new, empty ones (``os.unshare`` is newer than Python 3.11).

    Raises:
        OSError: not permitted here.
    """
    if _function("unshare", ctypes.c_int)(ctypes.c_int(flags)) != 0:
        raise _last_error()


def _function(name: str, result: type[ctypes.c_long] | type[ctypes.c_int]) -> Callable[..., int]:
    """A function of the C library; as on a kernel without the call where the library has none, outside of Linux."""
    found = getattr(_libc, name, None)
    if found is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    found.restype = result
    return found


def _word(argument: Argument) -> ctypes.c_void_p:
    if argument is None or isinstance(argument, int):
        return ctypes.c_void_p(argument or 0)
    return ctypes.c_void_p(ctypes.addressof(argument))


def _last_error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))

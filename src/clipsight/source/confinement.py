"""What the fetch child takes away from itself before it touches the network."""

from __future__ import annotations

import ctypes
import os
import resource
import signal

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38

# Landlock, see the kernel's userspace-api/landlock. The numbers are the same on all architectures.
SYS_CREATE_RULESET, SYS_ADD_RULE, SYS_RESTRICT_SELF = 444, 445, 446
CREATE_RULESET_VERSION = 1
RULE_NET_PORT = 2
ACCESS_NET_BIND_TCP, ACCESS_NET_CONNECT_TCP = 1, 2
FIRST_ABI_WITH_NETWORK = 4  # Linux 6.7


class _RulesetAttributes(ctypes.Structure):
    _fields_ = [("handled_access_fs", ctypes.c_uint64), ("handled_access_net", ctypes.c_uint64)]  # ctypes


class _NetPortAttributes(ctypes.Structure):
    _fields_ = [("allowed_access", ctypes.c_uint64), ("port", ctypes.c_uint64)]  # ctypes


_libc = ctypes.CDLL(None, use_errno=True)


def die_with(parent: int) -> None:
    """From now on the kernel kills this process when the thread that started it ends, however it ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # the parent went before the line above


def limit(memory_bytes: int, file_bytes: int) -> None:
    """No core dump, no file larger than ``file_bytes``, no data segment larger than ``memory_bytes``, no new rights.

    The data segment and not the address space: JavaScript runtimes reserve tens of gigabytes of that without using them.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def network_can_be_locked() -> bool:
    """Whether the kernel offers what :func:`connect_only_to` needs: Landlock of Linux 6.7 or later."""
    abi: int = _libc.syscall(SYS_CREATE_RULESET, None, ctypes.c_size_t(0), CREATE_RULESET_VERSION)
    return abi >= FIRST_ABI_WITH_NETWORK


def connect_only_to(port: int) -> bool:
    """Allow TCP connections to one port and listening on none, for this process and its children, for good.

    A second lock behind the proxy setting: a library that ignores it finds no way out. Needs :func:`limit` first.

    Returns:
        False when the kernel does not offer it; the proxy setting is then the only lock.
    """
    if not network_can_be_locked():
        return False
    attributes = _RulesetAttributes(0, ACCESS_NET_BIND_TCP | ACCESS_NET_CONNECT_TCP)
    ruleset = _libc.syscall(SYS_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(ctypes.sizeof(attributes)), 0)
    if ruleset < 0:
        return False
    try:
        rule = _NetPortAttributes(ACCESS_NET_CONNECT_TCP, port)
        added = _libc.syscall(SYS_ADD_RULE, ruleset, RULE_NET_PORT, ctypes.byref(rule), 0)
        return added == 0 and _libc.syscall(SYS_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)

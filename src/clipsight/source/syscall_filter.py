"""System calls that nothing in a fetch needs and that lead around its guard, refused for good.

The decoding sandbox allows a list and refuses the rest. That is not possible here: yt-dlp, curl and a JavaScript runtime
need most of what the system offers. So this is a short list of what is refused, with its reason, and sockets by their kind:

* ``socket`` makes TCP sockets for IPv4 and IPv6 and nothing else. UDP, raw, netlink and Unix sockets would not pass the
  guard, and neither would MPTCP, which Landlock's rule for TCP ports does not know. ``socketpair`` makes connected pairs.
* ``sendto``, ``sendmsg`` and ``sendmmsg`` with ``MSG_FASTOPEN`` connect a socket while they send, and Landlock's rule for
  TCP ports is asked by ``connect`` alone.
* ``io_uring_setup`` makes sockets without ``socket``; ``pidfd_getfd`` takes those of another process.
* ``setsid`` and ``setpgid`` leave the process group with which everything that a fetch started is killed.
* What looks into other processes, makes namespaces or hands programs to the kernel has no business in a fetch.

A classic BPF program as the kernel's ``Documentation/userspace-api/seccomp_filter.rst`` describes it.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import sys
from collections.abc import Sequence
from typing import Final

# struct seccomp_data: where the words lie
_NUMBER_AT: Final = 0
_ARCH_AT: Final = 4
_ARGUMENTS_AT: Final = 16

# BPF instructions and answers
_LOAD: Final = 0x20  # LD | W | ABS
_AND: Final = 0x54  # ALU | AND | K
_IF_EQUAL: Final = 0x15  # JMP | JEQ | K
_IF_ANY_BIT: Final = 0x45  # JMP | JSET | K
_RETURN: Final = 0x06  # RET | K
_ALLOW: Final = 0x7FFF0000
_KILL_PROCESS: Final = 0x80000000
_REFUSE: Final = 0x00050000 | errno.EPERM
_UNKNOWN: Final = 0x00050000 | errno.ENOSYS

_X32_BIT: Final = 0x40000000  # x86_64 kernels may offer a second numbering with this bit set
_PR_SET_SECCOMP: Final = 22
_FILTER_MODE: Final = 2
_KIND_OF_SOCKET: Final = 0xF  # the rest of the second argument are SOCK_NONBLOCK and SOCK_CLOEXEC
_FAST_OPEN: Final = 0x20000000  # MSG_FASTOPEN
_NEW_NAMESPACES: Final = 0x7E020000  # CLONE_NEWNS, -CGROUP, -UTS, -IPC, -USER, -PID, -NET

# Source: arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h
_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_NUMBERS: Final[dict[str, tuple[int, int]]] = {
    "socket": (41, 198), "socketpair": (53, 199), "clone": (56, 220), "clone3": (435, 435),
    "sendto": (44, 206), "sendmsg": (46, 211), "sendmmsg": (307, 269),
    "listen": (50, 201), "setsid": (112, 157), "setpgid": (109, 154), "ptrace": (101, 117),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "io_uring_setup": (425, 425), "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219),
    "add_key": (248, 217), "request_key": (249, 218), "open_by_handle_at": (304, 265),
}  # fmt: skip
_CONDITIONAL: Final = frozenset({"socket", "socketpair", "clone", "clone3", "sendto", "sendmsg", "sendmmsg"})

Line = tuple[int, int, int, int]


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


_libc = ctypes.CDLL(None, use_errno=True)


def refuse_detours() -> bool:
    """Put the filter on this process and all that it starts. Needs no-new-privs, and no other threads yet.

    Returns:
        False when the kernel has no filters or this machine is neither x86_64 nor aarch64.
    """
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _ARCHITECTURES:
        return False
    lines = program(machine)
    instructions = (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
    filter_program = _Program(len(lines), instructions)
    words = (_PR_SET_SECCOMP, _FILTER_MODE, ctypes.addressof(filter_program), 0, 0)
    return int(_libc.prctl(*(ctypes.c_ulong(word) for word in words))) == 0


def program(machine: str) -> list[Line]:
    """The filter for ``x86_64`` or ``aarch64`` as BPF instructions ``(code, jump if true, jump if false, constant)``."""
    column = list(_ARCHITECTURES).index(machine)
    numbers = {name: both[column] for name, both in _NUMBERS.items()}
    lines: list[Line] = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_IF_EQUAL, 1, 0, _ARCHITECTURES[machine]),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_ANY_BIT, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _REFUSE),
        # its flags lie in memory where no filter can read them; told that the kernel does not know it, glibc uses clone
        (_IF_EQUAL, 0, 1, numbers["clone3"]),
        (_RETURN, 0, 0, _UNKNOWN),
    ]
    for name, number in numbers.items():
        if name not in _CONDITIONAL:
            lines += [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    streams = _only(1, (socket.SOCK_STREAM,), mask=_KIND_OF_SOCKET)
    pairs = _only(1, (socket.SOCK_STREAM, socket.SOCK_SEQPACKET), mask=_KIND_OF_SOCKET)
    bodies = {
        "socket": [*_only(0, (socket.AF_INET, socket.AF_INET6)), *streams, *_only(2, (0, socket.IPPROTO_TCP))],
        "socketpair": [*_only(0, (socket.AF_UNIX,)), *pairs],
        "clone": _only(0, (0,), mask=_NEW_NAMESPACES),
        "sendto": _only(3, (0,), mask=_FAST_OPEN),
        "sendmsg": _only(2, (0,), mask=_FAST_OPEN),
        "sendmmsg": _only(3, (0,), mask=_FAST_OPEN),
    }
    for name, body in bodies.items():
        body.append((_RETURN, 0, 0, _ALLOW))
        lines += [(_IF_EQUAL, 0, len(body), numbers[name]), *body]
    lines.append((_RETURN, 0, 0, _ALLOW))
    return lines


def _only(argument: int, values: Sequence[int], mask: int | None = None) -> list[Line]:
    """Refuse the call unless its argument (the lower half: the kernel takes these as ``int``) is one of ``values``."""
    lines: list[Line] = [(_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument)]
    if mask is not None:
        lines.append((_AND, 0, 0, mask))
    lines += [(_IF_EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
    lines.append((_RETURN, 0, 0, _REFUSE))
    return lines

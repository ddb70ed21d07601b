"""The system call filter: what a process may still ask of the kernel once it looks at a file from outside.

It is a list of what is allowed, because that also refuses what nobody thought of. Allowed are memory, threads, time,
signals to itself and the descriptors that are already open. Everything that opens, creates, connects, executes or
reaches another process is answered with ``EPERM``; a call younger than the table with ``ENOSYS``.

A classic BPF program as the kernel's ``Documentation/userspace-api/seccomp_filter.rst`` describes it.
"""

from __future__ import annotations

import ctypes
import errno
import os
from dataclasses import dataclass
from typing import Final

from clipsight.media.sandbox.kernel import PR_SET_NAME, PR_SET_VMA, syscall
from clipsight.media.sandbox.numbers import NEWEST_KNOWN, Machine

# struct seccomp_data: where the words lie
_NUMBER_AT: Final = 0
_ARCH_AT: Final = 4
_ARGUMENTS_AT: Final = 16

# BPF instructions
_LOAD: Final = 0x20  # LD | W | ABS
_AND: Final = 0x54  # ALU | AND | K
_IF_EQUAL: Final = 0x15  # JMP | JEQ | K
_IF_GREATER: Final = 0x25  # JMP | JGT | K
_IF_ANY_BIT: Final = 0x45  # JMP | JSET | K
_RETURN: Final = 0x06  # RET | K

# answers
_ALLOW: Final = 0x7FFF0000
_ERRNO: Final = 0x00050000
_KILL_PROCESS: Final = 0x80000000
_REFUSE: Final = _ERRNO | errno.EPERM
_UNKNOWN: Final = _ERRNO | errno.ENOSYS

_X32_BIT: Final = 0x40000000  # x86_64 kernels may offer a second numbering with this bit set
_SET_MODE_FILTER: Final = 1
_ALL_THREADS: Final = 1  # SECCOMP_FILTER_FLAG_TSYNC

_WORD: Final = 0xFFFFFFFF
_PROT_EXEC: Final = 4
_MAP_KIND: Final = 0x03 | 0x100  # MAP_TYPE, and MAP_GROWSDOWN, which the memory limit does not count
_MAP_PRIVATE: Final = 0x02
_THREAD: Final = 0x00000100 | 0x00010000  # CLONE_VM | CLONE_THREAD
_NEW_NAMESPACES: Final = 0x7E020000  # CLONE_NEWNS, -CGROUP, -UTS, -IPC, -USER, -PID, -NET
_AT_EMPTY_PATH: Final = 0x1000
_DUPLICATE_AND_FLAGS: Final = (0, 1, 2, 3, 4, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD_CLOEXEC
_HARMLESS_IOCTLS: Final = (0x541B, 0x5421, 0x5450, 0x5451)  # FIONREAD, FIONBIO, FIONCLEX, FIOCLEX

_ALLOWED_AS_THEY_ARE: Final = (
    # the descriptors that are open already
    "read", "write", "readv", "writev", "pread64", "preadv", "lseek", "fstat", "close", "dup", "poll", "ppoll",
    "select", "pselect6", "recvmsg", "sendmsg", "recvfrom", "shutdown", "getsockname", "getpeername", "getsockopt",
    # memory and threads
    "brk", "munmap", "mremap", "madvise", "futex", "membarrier", "rseq", "set_robust_list", "set_tid_address",
    "sched_yield", "sched_getaffinity", "sched_getparam", "sched_getscheduler", "sched_get_priority_max",
    "sched_get_priority_min", "getcpu",
    # signals that arrive here
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "rt_sigpending", "rt_sigtimedwait", "sigaltstack",
    "restart_syscall",
    # time, chance, who am I
    "clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "times", "getrandom",
    "getrusage", "getrlimit", "getpid", "gettid", "getppid", "getuid", "geteuid", "getgid", "getegid", "uname",
    "sysinfo", "exit", "exit_group",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Check:
    """One argument of a call, masked, must be one of ``values``; the upper half of the register only where asked."""

    argument: int
    values: tuple[int, ...]
    mask: int = _WORD
    upper_half: bool = False


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_uint16), ("instructions", ctypes.POINTER(_Instruction)))


Line = tuple[int, int, int, int]


def install(machine: Machine, *, generated_code: bool) -> None:
    """Puts the filter on every thread of this process, for good. Needs no-new-privs or the right to administer.

    Raises:
        OSError: the kernel has no filters (``ENOSYS``, ``EINVAL``) or does not permit them; with ``ESRCH`` a thread
            already has another filter.
    """
    lines = program(machine, own_pid=os.getpid(), generated_code=generated_code)
    instructions = (_Instruction * len(lines))(*(_Instruction(*line) for line in lines))
    filter_program = _Program(len(lines), instructions)
    refused_thread = syscall(machine.numbers["seccomp"], _SET_MODE_FILTER, _ALL_THREADS, filter_program)
    if refused_thread:
        raise OSError(errno.ESRCH, os.strerror(errno.ESRCH))


def program(machine: Machine, *, own_pid: int, generated_code: bool) -> list[Line]:
    """The filter as BPF instructions ``(code, jump if true, jump if false, constant)``.

    ``generated_code`` allows memory that is executable, for libraries that write machine code while they run.
    """
    lines: list[Line] = [
        (_LOAD, 0, 0, _ARCH_AT),
        (_IF_EQUAL, 1, 0, machine.audit_arch),
        (_RETURN, 0, 0, _KILL_PROCESS),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_IF_ANY_BIT, 0, 1, _X32_BIT),
        (_RETURN, 0, 0, _REFUSE),
        # glibc starts threads with clone3, whose flags lie in memory where no filter can read them; told that the
        # kernel does not know it, glibc uses clone
        (_IF_EQUAL, 0, 1, machine.numbers["clone3"]),
        (_RETURN, 0, 0, _UNKNOWN),
        (_IF_GREATER, 0, 1, NEWEST_KNOWN),
        (_RETURN, 0, 0, _UNKNOWN),
    ]
    for name in _ALLOWED_AS_THEY_ARE:
        if name in machine.numbers:
            lines += [(_IF_EQUAL, 0, 1, machine.numbers[name]), (_RETURN, 0, 0, _ALLOW)]
    for name, checks in _conditional(own_pid, generated_code).items():
        body = [line for check in checks for line in _lines_of(check)]
        body.append((_RETURN, 0, 0, _ALLOW))
        lines += [(_IF_EQUAL, 0, len(body), machine.numbers[name]), *body]
    lines.append((_RETURN, 0, 0, _REFUSE))
    return lines


def _conditional(own_pid: int, generated_code: bool) -> dict[str, tuple[_Check, ...]]:
    not_executable = () if generated_code else (_Check(2, (0,), mask=_PROT_EXEC),)
    return {
        "mmap": (_Check(3, (_MAP_PRIVATE,), mask=_MAP_KIND), *not_executable),
        "mprotect": not_executable,
        "clone": (_Check(0, (_THREAD,), mask=_THREAD | _NEW_NAMESPACES),),
        "tgkill": (_Check(0, (own_pid,)),),  # abort() and pthread_kill() within the process
        "fcntl": (_Check(1, _DUPLICATE_AND_FLAGS),),  # F_SETOWN could send signals to others
        "ioctl": (_Check(1, _HARMLESS_IOCTLS),),
        "prctl": (_Check(0, (PR_SET_NAME, PR_SET_VMA)),),
        "newfstatat": (_Check(3, (_AT_EMPTY_PATH,), mask=_AT_EMPTY_PATH),),  # fstat() of glibc
        "prlimit64": (_Check(2, (0,)), _Check(2, (0,), upper_half=True)),  # reading limits, not setting them
        "sendto": (_Check(4, (0,)), _Check(4, (0,), upper_half=True)),  # send(), without an address
    }


def _lines_of(check: _Check) -> list[Line]:
    lines: list[Line] = [(_LOAD, 0, 0, _ARGUMENTS_AT + 8 * check.argument + (4 if check.upper_half else 0))]
    if check.mask != _WORD:
        lines.append((_AND, 0, 0, check.mask))
    remaining = len(check.values)
    for value in check.values:
        lines.append((_IF_EQUAL, remaining, 0, value))
        remaining -= 1
    lines.append((_RETURN, 0, 0, _REFUSE))
    return lines

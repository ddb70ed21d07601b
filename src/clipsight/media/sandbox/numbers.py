"""Numbers of the system calls that the filter speaks about, for the two machines that clipsight supports.

Source: the kernel's ``arch/x86/entry/syscalls/syscall_64.tbl`` and ``include/uapi/asm-generic/unistd.h`` (aarch64).
"""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Machine:
    """One instruction set as the kernel names it in ``seccomp_data.arch``, with its call numbers."""

    audit_arch: int
    numbers: dict[str, int]


NEWEST_KNOWN: Final = 470
"""Calls above this number are younger than this table; the answer to them is "unknown", so that libraries fall back."""

X86_64: Final = Machine(
    audit_arch=0xC000003E,
    numbers={
        "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11,
        "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "ioctl": 16, "pread64": 17,
        "readv": 19, "writev": 20, "select": 23, "sched_yield": 24, "mremap": 25, "madvise": 28, "dup": 32,
        "nanosleep": 35, "getpid": 39, "sendto": 44, "recvfrom": 45, "sendmsg": 46, "recvmsg": 47, "shutdown": 48,
        "getsockname": 51, "getpeername": 52, "getsockopt": 55, "clone": 56, "exit": 60, "uname": 63, "fcntl": 72,
        "gettimeofday": 96, "getrlimit": 97, "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102,
        "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110, "rt_sigpending": 127, "rt_sigtimedwait": 128,
        "sigaltstack": 131, "sched_getparam": 143, "sched_getscheduler": 145, "sched_get_priority_max": 146,
        "sched_get_priority_min": 147, "prctl": 157, "gettid": 186, "time": 201, "futex": 202,
        "sched_getaffinity": 204, "set_tid_address": 218, "restart_syscall": 219, "clock_gettime": 228,
        "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231, "tgkill": 234, "newfstatat": 262,
        "pselect6": 270, "ppoll": 271, "set_robust_list": 273, "preadv": 295, "prlimit64": 302, "getcpu": 309,
        "seccomp": 317, "getrandom": 318, "membarrier": 324, "rseq": 334, "clone3": 435,
        "landlock_create_ruleset": 444, "landlock_restrict_self": 446,
    },
)  # fmt: skip

AARCH64: Final = Machine(
    audit_arch=0xC00000B7,
    numbers={
        "dup": 23, "fcntl": 25, "ioctl": 29, "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65,
        "writev": 66, "pread64": 67, "preadv": 69, "pselect6": 72, "ppoll": 73, "newfstatat": 79, "fstat": 80,
        "exit": 93, "exit_group": 94, "set_tid_address": 96, "futex": 98, "set_robust_list": 99, "nanosleep": 101,
        "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115, "sched_getscheduler": 120,
        "sched_getparam": 121, "sched_getaffinity": 123, "sched_yield": 124, "sched_get_priority_max": 125,
        "sched_get_priority_min": 126, "restart_syscall": 128, "tgkill": 131, "sigaltstack": 132,
        "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigpending": 136, "rt_sigtimedwait": 137,
        "rt_sigreturn": 139, "times": 153, "uname": 160, "getrlimit": 163, "getrusage": 165, "prctl": 167,
        "getcpu": 168, "gettimeofday": 169, "getpid": 172, "getppid": 173, "getuid": 174, "geteuid": 175,
        "getgid": 176, "getegid": 177, "gettid": 178, "sysinfo": 179, "getsockname": 204, "getpeername": 205,
        "sendto": 206, "recvfrom": 207, "getsockopt": 209, "shutdown": 210, "sendmsg": 211, "recvmsg": 212,
        "brk": 214, "munmap": 215, "mremap": 216, "clone": 220, "mmap": 222, "mprotect": 226, "madvise": 233,
        "prlimit64": 261, "seccomp": 277, "getrandom": 278, "membarrier": 283, "rseq": 293, "clone3": 435,
        "landlock_create_ruleset": 444, "landlock_restrict_self": 446,
    },
)  # fmt: skip

MACHINES: Final = {"x86_64": X86_64, "aarch64": AARCH64}


def this_machine() -> Machine | None:
    """The machine that this process runs on; ``None`` where the table has no numbers for it, or it is not Linux."""
    return MACHINES.get(platform.machine()) if sys.platform == "linux" else None

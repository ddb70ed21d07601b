"""What the fetch child takes away from itself before it touches the network.

Three things hold for it and for all that it starts: limits, a filter on system calls (:mod:`syscall_filter`), and Landlock,
with which the kernel lets it speak to one TCP port, read programs and libraries, and write in one folder.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from clipsight.source.syscall_filter import refuse_detours

PR_SET_PDEATHSIG: Final = 1
PR_SET_NO_NEW_PRIVS: Final = 38
OPEN_FILES: Final = 256  # a JavaScript runtime needs about 40
PROBE_SECONDS: Final = 20.0  # a fresh interpreter starts in 0.1 s; the rest is for a loaded machine

# Landlock, see the kernel's userspace-api/landlock. The numbers are the same on all architectures.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION: Final = 1
_RULE_PATH_BENEATH, _RULE_NET_PORT = 1, 2
_CONNECT_TCP: Final = 2
FIRST_ABI_WITH_NETWORK: Final = 4  # Linux 6.7

# Rights that each version of the interface added; a right that is handled and not granted is refused.
_FILE_RIGHTS: Final = {1: 0x1FFF, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}  # basics; REFER; TRUNCATE; IOCTL_DEV
_NETWORK_RIGHTS: Final = {4: 0b11}  # BIND_TCP | CONNECT_TCP
_SCOPES: Final = {6: 0b11}  # abstract Unix sockets and signals of processes outside
_SIZES: Final = {1: 8, 4: 16, 6: 24}  # bytes of the structure that each version knows
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_READ: Final = _EXECUTE | _READ_FILE | _READ_DIR

# Where systems keep programs, libraries and certificates. What users keep (data, cookies, keys) lies elsewhere. Of /proc
# only what tells about the machine and this process: the environment of the server is in there as well.
_SYSTEM_FOLDERS: Final = ("/usr", "/lib", "/lib64", "/bin", "/etc", "/opt", "/nix/store", "/sys/fs/cgroup")
_MACHINE: Final = ("/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/version", "/proc/sys")
_DEVICES: Final = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Port(ctypes.Structure):
    _fields_ = (("allowed", ctypes.c_uint64), ("port", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class FetchIsolation:
    """Which locks hold behind the proxy setting.

    Attributes:
        sockets: the filter on system calls: TCP sockets only, no other processes' business.
        ports: one TCP port can be reached with ``connect`` and none opened. That nothing connects while it sends is the
            part of the filter: with this alone TCP Fast Open would pass.
        files: what can be read and written is limited to what a fetch needs.
    """

    sockets: bool
    ports: bool
    files: bool

    @property
    def missing(self) -> tuple[str, ...]:
        """What does not hold, in words for an operator."""
        words = {"sockets": "system call filter (seccomp)", "ports": "Landlock for ports", "files": "Landlock for files"}
        return tuple(text for name, text in words.items() if not getattr(self, name))


@dataclass(frozen=True, slots=True)
class FetchBounds:
    """What one process of a fetch may use.

    Attributes:
        memory_bytes: data segment. Not the address space: JavaScript runtimes reserve tens of gigabytes without using them.
        file_bytes: of each file that it writes.
        cpu_seconds: processor time; then it ends with ``SIGXCPU``, by which its parent knows the reason, and is killed a
            second later if it will not.
    """

    memory_bytes: int
    file_bytes: int
    cpu_seconds: int


def die_with(parent: int) -> None:
    """From now on the kernel kills this process when the thread that started it ends, however it ends."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # the parent went before the line above


def limit(bounds: FetchBounds) -> None:
    """Bounds for this process and for each that it starts; no core dump, no new rights."""
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, bounds.memory_bytes),
        (resource.RLIMIT_FSIZE, bounds.file_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        _at_most(kind, most, most)
    _at_most(resource.RLIMIT_CPU, bounds.cpu_seconds, bounds.cpu_seconds + 1)
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _at_most(kind: int, soft: int, hard: int) -> None:
    _, before = resource.getrlimit(kind)
    hard = hard if before == resource.RLIM_INFINITY else min(hard, before)
    resource.setrlimit(kind, (min(soft, hard), hard))


def lock(port: int, folder: Path, readable: Iterable[Path] = ()) -> FetchIsolation:
    """Close every way but the one through the guard, for this process and its children, for good.

    A second lock behind the proxy setting: a library that ignores it finds no way out. Needs :func:`limit` first.

    Args:
        port: of the guard on loopback; the kernel's rule is about the port, at whatever address. It knows ``connect``; the
            filter on system calls refuses what connects otherwise.
        folder: the only place to write.
        readable: files to read beside the interpreter, its libraries and the system's.

    Returns:
        What holds. Where a kernel offers less, the proxy setting and the guard are what remains.
    """
    version = landlock_version()
    files = _landlock(version, port, folder, readable) if version else False
    return FetchIsolation(refuse_detours(), files and version >= FIRST_ABI_WITH_NETWORK, files)


def landlock_version() -> int:
    """Version of the kernel's Landlock interface, 0 without one."""
    return max(0, int(_libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)))


def available() -> FetchIsolation:
    """Tries the locks in a process of its own and says which ones hold on this system. Takes about 0.1 s.

    A process that could not even report counts as one without any.
    """
    command = [sys.executable, "-I", "-m", "clipsight.source.confinement"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, fixed arguments
            command, capture_output=True, check=True, timeout=PROBE_SECONDS
        )
        return FetchIsolation(**json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return FetchIsolation(sockets=False, ports=False, files=False)


def _landlock(version: int, port: int, folder: Path, readable: Iterable[Path]) -> bool:
    files, network, scopes = (_known(rights, version) for rights in (_FILE_RIGHTS, _NETWORK_RIGHTS, _SCOPES))
    size = max(length for since, length in _SIZES.items() if since <= version)
    ruleset = int(_libc.syscall(_CREATE_RULESET, ctypes.byref(_Ruleset(files, network, scopes)), ctypes.c_size_t(size), 0))
    if ruleset < 0:
        return False
    try:
        rule = _Port(_CONNECT_TCP, port)
        held = not network or _libc.syscall(_ADD_RULE, ruleset, _RULE_NET_PORT, ctypes.byref(rule), 0) == 0
        held = held and _allow(ruleset, folder, files & ~_EXECUTE)
        for path in {*_programs(), *readable}:
            _allow(ruleset, path, _READ & files)
        for device in _DEVICES:
            _allow(ruleset, Path(device), (_READ_FILE | _WRITE_FILE) & files)
        return held and _libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> bool:
    """Grant rights on a file, or on a folder and all below it. What does not exist needs none."""
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        if not path.is_dir():
            rights &= ~_READ_DIR  # the kernel refuses a rule about a file with rights of a folder
        rule = _Beneath(rights, descriptor)
        return int(_libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)) == 0
    finally:
        os.close(descriptor)


def _programs() -> Iterator[Path]:
    """The interpreter, what it imports from, and where systems keep programs."""
    yield from (Path(folder) for folder in (*_SYSTEM_FOLDERS, *_MACHINE))
    yield from (Path(folder) for folder in (*sys.path, sys.prefix, sys.base_prefix, sys.exec_prefix) if folder)
    yield Path(sysconfig.get_path("scripts"))
    yield Path(__file__).parents[1]
    with suppress(OSError):
        yield Path(sys.executable).resolve().parent
    yield from (Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep) if folder)


def _known(rights: dict[int, int], version: int) -> int:
    return sum(bits for since, bits in rights.items() if since <= version)


def _probe() -> None:
    limit(FetchBounds(1 << 30, 1 << 20, 60))
    sys.stdout.write(json.dumps(asdict(lock(1, Path(tempfile.gettempdir())))))


if __name__ == "__main__":
    _probe()

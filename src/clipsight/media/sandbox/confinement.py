"""Giving up rights, once, for the rest of the life of this process."""

from __future__ import annotations

import contextlib
import ctypes
import json
import subprocess
import sys
from dataclasses import asdict, dataclass

from clipsight.errors import NoIsolation
from clipsight.media.sandbox import landlock, late_imports, rlimits, seccomp
from clipsight.media.sandbox.child import child_environment
from clipsight.media.sandbox.kernel import PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, prctl
from clipsight.media.sandbox.numbers import this_machine

MEMORY_BYTES = 1536 * 2**20  # models (about 0.4 GiB), the pictures of one 4K decode with its threads, and reserve
OPEN_FILES = 64  # the control socket, the standard streams and one video at a time need about ten
PROBE_SECONDS = 20.0  # a fresh interpreter starts in 0.1 s; the rest is for a loaded machine


@dataclass(frozen=True, slots=True)
class SandboxPolicy:
    """How far a process is confined.

    Attributes:
        memory_bytes: private writable memory of the whole process, models included.
        cpu_seconds: processor time of the whole process from its start; ``None`` for one that serves many videos, whose
            parent keeps the time per video.
        require: refuse to work when neither the system call filter nor an empty network namespace holds.
        generated_code: allow executable memory, which a backend that compiles at run time (CTranslate2) needs.
        open_files: highest number of open descriptors.
    """

    memory_bytes: int = MEMORY_BYTES
    cpu_seconds: int | None = None
    require: bool = True
    generated_code: bool = False
    open_files: int = OPEN_FILES


@dataclass(frozen=True, slots=True)
class Isolation:
    """Which layers hold in a process.

    Attributes:
        seccomp: the system call filter is on every thread: no network, no new files, no programs, no processes.
        landlock: version of the kernel's Landlock interface in force, ``None`` where the kernel has none.
        namespace: the process has a network of its own with nothing in it.
        memory_bytes: the memory limit in force.
    """

    seccomp: bool
    landlock: int | None
    namespace: bool
    memory_bytes: int | None

    @property
    def sufficient(self) -> bool:
        """Whether files from outside may be decoded behind it."""
        return self.seccomp or self.namespace


def confine(policy: SandboxPolicy, *, without_network: bool = False) -> Isolation:
    """Gives up everything that looking at a video does not need. There is no way back.

    Call it in the child after every library is imported, every model loaded and every file opened that will ever be
    needed, before the first byte from outside arrives. From then on no file can be opened, by path or otherwise; videos
    come as descriptors over a socket that is already connected (``socket.recv_fds``) and answers leave through it.
    Standard error must not be a regular file, because files cannot grow any more.

    Args:
        policy: how far.
        without_network: what :func:`child.leave_network` answered at the start of this process.

    Raises:
        NoIsolation: the system offers neither layer and ``policy.require`` is set.
    """
    late_imports.complete()
    _load_what_exit_needs()
    memory = rlimits.limit(memory_bytes=policy.memory_bytes, cpu_seconds=policy.cpu_seconds, open_files=policy.open_files)
    landlock_version: int | None = None
    filtered = False
    machine = this_machine()
    if machine is not None:
        prctl(PR_SET_NO_NEW_PRIVS, 1)
        prctl(PR_SET_DUMPABLE, 0)  # RLIMIT_CORE does not hold back a core dump that goes to a program
        # A kernel without one of the two is normal; what holds is in the answer, and `require` decides.
        with contextlib.suppress(OSError):
            landlock_version = landlock.restrict(machine)
        with contextlib.suppress(OSError):
            seccomp.install(machine, generated_code=policy.generated_code)
            filtered = True
    isolation = Isolation(filtered, landlock_version, without_network, memory)
    if policy.require and not isolation.sufficient:
        raise NoIsolation()
    return isolation


def available() -> Isolation:
    """Tries every layer in a process of its own and says which ones hold on this system. Takes about 0.2 s.

    A process that could not even report counts as one without any layer.
    """
    command = [sys.executable, "-I", "-m", "clipsight.media.sandbox"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, fixed arguments
            command, env=child_environment(), capture_output=True, check=True, timeout=PROBE_SECONDS
        )
        return Isolation(**json.loads(done.stdout))
    except (OSError, subprocess.SubprocessError, ValueError, TypeError):
        return Isolation(seccomp=False, landlock=None, namespace=False, memory_bytes=None)


def as_json(isolation: Isolation) -> str:
    """One line, the inverse of what :func:`available` reads."""
    return json.dumps(asdict(isolation))


def _load_what_exit_needs() -> None:
    """glibc loads this library when a thread ends early, and aborts the process when it cannot be opened then."""
    with contextlib.suppress(OSError):  # not glibc
        ctypes.CDLL("libgcc_s.so.1")

"""The first steps of a confined process, and what its parent gives it to start with."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Mapping

from clipsight.media.sandbox.kernel import CLONE_NEWNET, CLONE_NEWUSER, PR_SET_PDEATHSIG, prctl, unshare

_KEPT = ("PATH", "HOME", "TMPDIR", "LANG")
_ADDED = {
    "MALLOC_ARENA_MAX": "2",  # glibc otherwise reserves 64 MiB for each of 8 arenas per core
    "ORT_DISABLE_TELEMETRY": "1",  # onnxruntime otherwise reports to its maker and keeps a database open for it
    "OMP_NUM_THREADS": "1",  # the pipeline decides about threads, not the libraries
}


def child_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a confined child may know: no tokens, proxies, settings or loader paths of the parent.

    Start it with ``start_new_session=True``, ``close_fds=True``, ``sys.executable -I -m …`` and pipes (not files) as its
    standard streams.

    Args:
        environment: where to take the few inherited values from; ``os.environ`` when not given.
    """
    source = os.environ if environment is None else environment
    return {name: source[name] for name in _KEPT if name in source} | _ADDED


def die_with_parent(parent_pid: int) -> None:
    """Asks the kernel to kill this process when its parent is gone; the first statement of the child.

    The kernel means the parent's THREAD: start the child from one that lives as long as the child is wanted. Changing the
    user id clears the request, so change it before.

    Args:
        parent_pid: the parent's process id as the parent itself knew it.

    Raises:
        SystemExit: the parent was gone before the request was made.
    """
    with contextlib.suppress(OSError):  # not Linux; the child then ends when its socket closes
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:
        raise SystemExit(0)


def leave_network() -> bool:
    """Moves this process, while it still has one thread, into a network namespace without any interface.

    Returns:
        Whether it worked; many containers forbid it, and the system call filter does not depend on it.
    """
    for flags in (CLONE_NEWNET, CLONE_NEWUSER | CLONE_NEWNET):
        try:
            unshare(flags)
        except OSError:
            continue
        return True
    return False

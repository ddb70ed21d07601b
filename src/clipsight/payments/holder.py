"""Who is at a payment: a process of some machine. One that no longer exists on this machine is gone at once."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

LEASE_MILLISECONDS = 120_000  # longer than checking, taking the job and settling together may take


def this_holder() -> str:
    """Names this process, and this use of it: never the same twice."""
    return f"{_machine()}|{os.getpid()}|{secrets.token_hex(8)}"


def is_gone(holder: str | None, held_until: int, now: int) -> bool:
    """Whether nobody is at it any more. Times in milliseconds since 1970."""
    if holder is None or now >= held_until:
        return True
    machine, _, rest = holder.partition("|")
    process = rest.partition("|")[0]
    return machine == _machine() and process.isdigit() and not Path(f"/proc/{process}").exists()


def _machine() -> str:
    """The set of processes in which a process id means something: two containers may share a host name."""
    return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').readlink()}"

"""What every child process of the server does first: die with its parent, log, end with a code that means something."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

from clipsight.errors import ClipsightError, RequestError

PR_SET_PDEATHSIG = 1  # linux/prctl.h
EXIT_FAILED, EXIT_WRONG_USE = 1, 2

# How the supervisor speaks to its children.
READY_VARIABLE, PARENT_VARIABLE, SOCKET_VARIABLE = "CLIPSIGHT_READY_FD", "CLIPSIGHT_PARENT", "CLIPSIGHT_SOCKET_FD"
PULSE_VARIABLE = "CLIPSIGHT_PULSE_FD"

PULSE = 1.0  # seconds between two signs of life


def run_child(role: str, body: Callable[[], None]) -> None:
    """Run the body of a child process. An error of the tree is one line for the operator and an exit code."""
    _die_with_parent()
    _beat_pulse()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        body()
    except ClipsightError as error:
        print(f"clipsight {role}: {error.public_message} [{error.code}]", file=sys.stderr)  # noqa: T201 - for the operator
        sys.exit(EXIT_WRONG_USE if isinstance(error, RequestError) else EXIT_FAILED)


def say_ready() -> None:
    """Tell the supervisor that the work has begun, if it wants to know."""
    descriptor = os.environ.pop(READY_VARIABLE, None)
    if descriptor is not None:
        os.write(int(descriptor), b"r")
        os.close(int(descriptor))


def _beat_pulse() -> None:
    """Let the supervisor hear that this process runs. Touches nothing that others could block, as the database."""
    given = os.environ.pop(PULSE_VARIABLE, None)
    if given is None:
        return
    descriptor = int(given)
    os.set_inheritable(descriptor, False)

    def beat() -> None:
        while True:
            os.write(descriptor, b".")
            time.sleep(PULSE)

    threading.Thread(target=beat, name="pulse", daemon=True).start()


def _die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = os.environ.pop(PARENT_VARIABLE, None)
    if parent is not None and os.getppid() != int(parent):
        os._exit(EXIT_FAILED)  # it ended before we asked

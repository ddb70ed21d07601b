"""The child processes of ``clipsight serve``, started as ``python -m clipsight.cli.processes api|worker``.

They find their settings in the environment, die with the process that started them, and say that they are ready by a byte
on a descriptor that they inherited.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from clipsight.cli.compose import face, pipeline_work, worker_plan
from clipsight.edges.rest.app import create_app
from clipsight.errors import ClipsightError, RequestError
from clipsight.jobs.work import Work
from clipsight.jobs.worker import run_worker
from clipsight.settings import Settings, read_settings

PR_SET_PDEATHSIG = 1  # linux/prctl.h
KEEP_ALIVE_SECONDS = 20
GRACEFUL_SECONDS = 10  # for answers under way when the server is told to stop
BACKLOG = 512
EXIT_FAILED, EXIT_WRONG_USE = 1, 2

READY_VARIABLE, PARENT_VARIABLE, SOCKET_VARIABLE = "CLIPSIGHT_READY_FD", "CLIPSIGHT_PARENT", "CLIPSIGHT_SOCKET_FD"


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends, however it ends."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    parent = os.environ.pop(PARENT_VARIABLE, None)
    if parent is not None and os.getppid() != int(parent):
        os._exit(EXIT_FAILED)  # it ended before we asked


def say_ready() -> None:
    descriptor = os.environ.pop(READY_VARIABLE, None)
    if descriptor is not None:
        os.write(int(descriptor), b"r")
        os.close(int(descriptor))


def run_api(settings: Settings) -> None:
    """Serve HTTP on the socket that was inherited, until told to stop."""
    listening = socket.socket(fileno=int(os.environ.pop(SOCKET_VARIABLE)))
    with face(settings) as composed:
        config = uvicorn.Config(
            create_app(composed),
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # who asks decides nothing here, and nobody may forge it
            lifespan="off",
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACEFUL_SECONDS,
        )
        _ReadyServer(config).run(sockets=[listening])


def run_one_worker(settings: Settings, work: Work | None = None) -> None:
    """Be a worker until told to stop. Tests hand in work of their own."""
    run_worker(worker_plan(settings), work or pipeline_work(settings), say_ready)


def main(role: str, work: Work | None = None) -> None:
    """Entry point of a child process: its settings are in the environment."""
    die_with_parent()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = read_settings(os.environ, Path.cwd())
        if role == "api":
            run_api(settings)
        else:
            run_one_worker(settings, work)
    except ClipsightError as error:
        print(f"clipsight {role}: {error.public_message} [{error.code}]", file=sys.stderr)  # noqa: T201 - for the operator
        sys.exit(EXIT_WRONG_USE if isinstance(error, RequestError) else EXIT_FAILED)


class _ReadyServer(uvicorn.Server):
    """Says so once it answers."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        say_ready()


if __name__ == "__main__":
    main(sys.argv[1])

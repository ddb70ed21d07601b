"""Processes of a server that meets simulated platforms: ``python -m clipsight.testing.stand_ins ROLE FOLDER``.

``server`` runs the whole server, and starts the others, ``api`` and ``worker``, with this module. Which hosts are simulated
where stands in a file of the folder, written by the test. The processes of the product take it as an argument from nobody
but this module, so that no setting and no request can lead a server to a host of somebody's choice.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from clipsight.cli.serve import run_server
from clipsight.cli.worker import work_here
from clipsight.edges.rest.process import run_api
from clipsight.errors import ClipsightError
from clipsight.jobs.process import run_child
from clipsight.source.guard import StandIns
from clipsight.testing.platforms import SimulatedPlatforms

HOSTS = "stand-ins.json"


def write_stand_ins(world: SimulatedPlatforms, folder: Path) -> None:
    """Tell the processes that will be started over this folder where the platforms are."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HOSTS).write_text(json.dumps(world.host_map()))


def read_stand_ins(folder: Path) -> StandIns:
    found: Mapping[str, tuple[str, int]] = json.loads((folder / HOSTS).read_text())
    return {host: (address, port) for host, (address, port) in found.items()}


def _command(role: str, folder: str) -> list[str]:
    return [sys.executable, "-m", "clipsight.testing.stand_ins", role, folder]


def _serve(folder: str) -> None:
    try:
        sys.exit(run_server({}, _command("worker", folder), _command("api", folder)))
    except ClipsightError as error:
        print(error.public_message, file=sys.stderr)
        sys.exit(2)


def main(role: str, folder: str) -> None:
    if role == "server":
        _serve(folder)
    hosts = read_stand_ins(Path(folder))
    bodies: Mapping[str, Callable[[], None]] = {
        "api": partial(run_api, hosts),
        "worker": partial(work_here, stand_ins=hosts),
    }
    run_child(role, bodies[role])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])

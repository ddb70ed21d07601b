"""``clipsight serve``: the server with its workers on this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from clipsight.access.key import token_key
from clipsight.cli.looking import looking_options
from clipsight.cli.token import tokens_of
from clipsight.errors import BadSetting, OpenAccessBeyondLoopback
from clipsight.jobs.engine import prepare
from clipsight.jobs.logs import set_up_logs
from clipsight.jobs.process import PARENT_VARIABLE, PULSE_VARIABLE, READY_VARIABLE, SOCKET_VARIABLE
from clipsight.jobs.supervisor import Plan, Supervisor
from clipsight.settings import MOST_WORKERS, Settings, read_settings
from clipsight.store.database import Database
from clipsight.store.migrate import migrate
from clipsight.store.places import claim_store, open_blobs

BACKLOG = 512  # connections that wait to be accepted
API_PATIENCE = 15.0  # seconds for answers under way when the server is told to stop
MARGIN_SECONDS = 5.0  # that a process may need beyond its own drain


@click.command()
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65_535), help="Port to listen on; 0 takes a free one.  [default: 8080]")
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Where everything is kept.")
@click.option("--workers", type=click.IntRange(1, MOST_WORKERS), help="Worker processes.  [default: 1]")
def serve(host: str | None, port: int | None, data_dir: Path | None, workers: int | None) -> None:
    """Run the server with its workers.

    Every option can also be set as CLIPSIGHT_HOST, CLIPSIGHT_PORT, CLIPSIGHT_DATA_DIR, CLIPSIGHT_WORKERS, or in a file
    clipsight.toml. Ends with Ctrl-C; what is under way goes on with the next start.
    """
    given = {"host": host, "port": port, "data_dir": data_dir, "workers": workers}
    sys.exit(run_server(given, [sys.executable, "-m", "clipsight.cli.worker"]))


def run_server(given: Mapping[str, object], worker: list[str], api: list[str] | None = None) -> int:
    """Run until told to stop; returns the exit code.

    Args:
        given: settings that come before those of the environment; None counts as not given.
        worker: the command of a worker process.
        api: the command of the process that answers, when it is not the usual one.

    Raises:
        TokenKeyUnusable: tokens are asked for, and the key to tell them is missing.
        OpenAccessBeyondLoopback: others could reach a server that asks nobody who they are.
        BadSetting: a setting that cannot be meant, or an address that is taken.
    """
    settings = read_settings(os.environ, Path.cwd(), given)
    set_up_logs(settings.log_format, settings.log_level)
    _check_access(settings)
    looking_options(settings)  # a cookie file that cannot be read is told now, not with the first job
    _prepare_store(settings)
    _check_tokens(settings)
    with _listen(settings) as listening:
        environment = {**os.environ, **settings.to_environment(), PARENT_VARIABLE: str(os.getpid())}
        answering = Plan(
            name="the API process",
            command=api or [sys.executable, "-m", "clipsight.edges.rest.process"],
            environment={**environment, SOCKET_VARIABLE: str(listening.fileno())},
            ready_variable=READY_VARIABLE,
            descriptors=[listening.fileno()],
            patience=API_PATIENCE,
            pulse_variable=PULSE_VARIABLE,
            silence=settings.silence,
        )
        plans = worker_plans(settings, worker, environment)
        return Supervisor([answering, *plans]).run(lambda: click.echo(f"clipsight listens on {_address(listening)}"))


def worker_plans(settings: Settings, command: list[str], environment: Mapping[str, str]) -> list[Plan]:
    """How to start the workers of this machine."""
    return [
        Plan(
            name=f"worker {number + 1}",
            command=command,
            environment=environment,
            ready_variable=READY_VARIABLE,
            patience=settings.drain + MARGIN_SECONDS,
            pulse_variable=PULSE_VARIABLE,
            silence=settings.silence,
        )
        for number in range(settings.workers)
    ]


def _check_access(settings: Settings) -> None:
    if settings.access == "open" and not _is_loopback(settings.host):
        raise OpenAccessBeyondLoopback


def _check_tokens(settings: Settings) -> None:
    """The key is made or tried now, not with the first request; who has no token yet is told how to make one.

    Raises:
        TokenKeyUnusable: the key cannot be had.
    """
    if settings.access == "open":
        return
    with tokens_of(settings) as tokens:
        key = token_key(settings.data_dir, settings.token_key)
        valid = [record for record in tokens.all() if record.revoked_at is None]
    if not valid:
        click.echo(f"there is no token yet; make one: clipsight token create NAME --data-dir {settings.data_dir}", err=True)
    elif all(record.key != key.name for record in valid):
        click.echo("all tokens were made with another key and will be refused: set it again, or make new tokens", err=True)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _prepare_store(settings: Settings) -> None:
    """Create or upgrade the database and name its store of files, before any process opens them."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting(name="CLIPSIGHT_DATA_DIR", expected="a folder that can be created and written to") from error
    blobs = open_blobs(settings.blobs)
    migrate(settings.database, prepare)
    database = Database(settings.database)
    try:
        claim_store(database, blobs)
    finally:
        database.close()


def _listen(settings: Settings) -> socket.socket:
    """The socket, open over restarts of the process that answers on it."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise BadSetting(name="CLIPSIGHT_PORT", expected="a port of this machine that is free") from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

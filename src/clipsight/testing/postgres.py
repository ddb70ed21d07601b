"""A PostgreSQL server for tests: Debian's, in a temporary folder, on a free port of loopback, gone with the context."""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from clipsight.jobs.engine import prepare
from clipsight.store.migrate import migrate

# Debian keeps the programs out of the PATH, by version.
FOLDERS = "/usr/lib/postgresql"
USERS = ("postgres", "nobody")  # who runs it when we are root, whom the server refuses
MISSING = "PostgreSQL is not installed; on Debian: apt-get install postgresql"
NOBODY = "PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody"
START_SECONDS = 60

_names = itertools.count(1)


class NoPostgres(Exception):
    """The programs of a PostgreSQL server are not on this machine."""


class Cluster:
    """One running server. Its data is on the disk of the folder, without the waits that make it safe there."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs = programs
        self._folder = folder
        self._user = unprivileged_user()
        self._port = _free_port()
        self._template: str | None = None
        self._run("initdb", "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C", "-D", str(self._data))
        self.start()

    def start(self) -> None:
        options = f"-p {self._port} -k {self._folder} -F -c listen_addresses=127.0.0.1 -c max_connections=200"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-w", "-t", str(START_SECONDS), "-D", str(self._data), "-l", log, "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """``fast`` breaks all connections; ``immediate`` is a crash."""
        self._run("pg_ctl", "-w", "-D", str(self._data), "-m", mode, "stop")

    def new_database(self, template: str = "template0") -> str:
        """Create a database, empty or as another one that nobody is connected to; returns its address."""
        name = f"clipsight_{os.getpid()}_{next(_names)}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'.encode())
        return self._address(name)

    def migrated_database(self) -> str:
        """Create a database with all tables and no rows; returns its address."""
        if self._template is None:
            address = self.new_database()
            migrate(address, prepare)
            self._template = address.rpartition("/")[2]
        return self.new_database(self._template)

    def _address(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self._port}/{database}"

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        # Not a pipe: the server would inherit it, and reading to its end would wait for the server's.
        with (self._folder / "out").open("a+") as out:
            command = [str(self._programs / program), *arguments]
            code = subprocess.call(command, cwd=self._folder, stdout=out, stderr=out, **_as_user(self._user))
            if code:
                out.seek(0)
                raise RuntimeError(f"{program} ended with {code}: {out.read()[-2000:]}")


@contextmanager
def running_cluster() -> Generator[Cluster]:
    """A server for as long as the context lasts.

    Raises:
        NoPostgres: there is none to run.
    """
    programs = _programs()
    folder = Path(tempfile.mkdtemp(prefix="clipsight-pg-"))  # short: the path of a socket has about a hundred letters
    cluster = None
    try:
        if (user := unprivileged_user()) is not None:
            os.chown(folder, user.pw_uid, user.pw_gid)
        cluster = Cluster(programs, folder)
        yield cluster
    finally:
        if cluster is not None:
            cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    found = sorted(Path(FOLDERS).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None or shutil.which("pg_ctl") is None:
        raise NoPostgres(MISSING)
    return Path(on_path).resolve().parent


def unprivileged_user() -> pwd.struct_passwd | None:
    """Somebody else when we are root."""
    if os.geteuid() != 0:
        return None
    for user in USERS:
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(user)
    raise NoPostgres(NOBODY)


def _as_user(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": ()}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port

"""``clipsight worker``: more workers for a server, on its machine or on another."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import click

from clipsight.cli.looking import looking_options
from clipsight.cli.serve import worker_plans
from clipsight.errors import BadSetting, BlobStoreElsewhere
from clipsight.jobs.engine import prepare
from clipsight.jobs.logs import set_up_logs
from clipsight.jobs.process import PARENT_VARIABLE
from clipsight.jobs.supervisor import Supervisor
from clipsight.settings import MOST_WORKERS, Settings, read_settings
from clipsight.store.database import Database, is_sqlite
from clipsight.store.marks import read_mark
from clipsight.store.migrate import migrate
from clipsight.store.places import STORE_MARK, check_store, open_blobs


@click.command()
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="For files on their way.")
@click.option("--workers", type=click.IntRange(1, MOST_WORKERS), help="Worker processes.  [default: 1]")
def worker(data_dir: Path | None, workers: int | None) -> None:
    """Run workers without a server, for one that runs elsewhere.

    CLIPSIGHT_DATABASE_URL must be the server's PostgreSQL, and CLIPSIGHT_BLOB_URL its store of files. Ends with Ctrl-C;
    what is under way goes on in other workers.
    """
    given = {"data_dir": data_dir, "workers": workers}
    sys.exit(run_workers(given, [sys.executable, "-m", "clipsight.cli.worker"]))


def run_workers(given: Mapping[str, object], command: list[str]) -> int:
    """Run until told to stop; returns the exit code.

    Args:
        given: settings that come before those of the environment; None counts as not given.
        command: the command of a worker process.

    Raises:
        BadSetting: a database that machines cannot share, or another setting that cannot be meant.
        BlobStoreElsewhere: the files are not where the server has them.
        DatabaseUnreachable: the database does not answer.
    """
    settings = read_settings(os.environ, Path.cwd(), given)
    set_up_logs(settings.log_format, settings.log_level)
    if is_sqlite(settings.database):
        expected = "the server's postgresql://…, because a file of SQLite cannot be shared between machines"
        raise BadSetting(name="CLIPSIGHT_DATABASE_URL", expected=expected)
    looking_options(settings)  # a cookie file that cannot be read is told now, not with the first job
    _check_store(settings)
    environment = {**os.environ, **settings.to_environment(), PARENT_VARIABLE: str(os.getpid())}
    plans = worker_plans(settings, command, environment)
    return Supervisor(plans).run(lambda: click.echo(f"clipsight works here; worker processes: {len(plans)}"))


def _check_store(settings: Settings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate(settings.database, prepare)
    database = Database(settings.database)
    try:
        with database.reading() as connection:
            claimed = read_mark(connection, STORE_MARK)
        if claimed is None and settings.blobs.url.startswith("file:"):
            raise BlobStoreElsewhere  # no server ran yet, and the files of this machine will not be the server's
        check_store(database, open_blobs(settings.blobs))
    finally:
        database.close()

"""``clipsight payments``: what was paid for calls, and what became of it."""

from __future__ import annotations

import csv
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path

import click

from clipsight.cli.composition import open_database
from clipsight.payments.money import dollars
from clipsight.store.database import Database
from clipsight.store.payments import LedgerEntry, all_payments, entries_of, payment_by_number

PAGE = 1000  # lines of the ledger that are read at once
MOST_SHOWN = 100_000

_FOLDER = click.option(
    "--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Where the server keeps everything."
)


@click.group()
def payments() -> None:
    """List the payments of a server, show one, export the ledger.

    Works while the server runs. Payers are told by their addresses; signatures are never shown.
    """


@payments.command(name="list")
@click.option("--limit", type=click.IntRange(1, MOST_SHOWN), default=50, show_default=True, help="The newest so many.")
@_FOLDER
def list_command(limit: int, data_dir: Path | None) -> None:
    """List payments, the newest first."""
    with _database(data_dir) as database, database.reading() as connection:
        found = all_payments(connection, limit)
    for record in found:
        click.echo(
            f"{record.number}  {_moment(record.created_at)}  {record.state}  {dollars(record.amount)}"
            f"  {record.payer}  {record.job_id or '-'}"
        )
    if not found:
        click.echo("there is no payment yet", err=True)


@payments.command()
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@_FOLDER
def show(number: int, data_dir: Path | None) -> None:
    """Show a payment with its lines in the ledger. NUMBER stands in the list."""
    with _database(data_dir) as database, database.reading() as connection:
        record = payment_by_number(connection, number)
        lines = entries_of(connection, number)
    if record is None:
        raise click.ClickException(f"there is no payment {number}; `clipsight payments list` shows those that are")
    for name in ("number", "state", "network", "asset", "payer", "pay_to", "amount", "kind", "job_id"):
        value = getattr(record, name)
        click.echo(f"{name}: {'-' if value in (None, '') else value}")
    for line in lines:
        click.echo(f"{_moment(line.at)}  {line.entry}  {line.transaction_id or line.reason or '-'}")


@payments.command()
@_FOLDER
def export(data_dir: Path | None) -> None:
    """Print the whole ledger as CSV, oldest first. Amounts are atomic units, times milliseconds since 1970."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(LedgerEntry.__dataclass_fields__)
    after = 0
    with _database(data_dir) as database:
        while True:
            with database.reading() as connection:
                lines = entries_of(connection, after=after, limit=PAGE)
            if not lines:
                return
            writer.writerows(map(astuple, lines))
            after = lines[-1].number


@contextmanager
def _database(data_dir: Path | None) -> Generator[Database]:
    with open_database(data_dir) as (_, database):
        yield database


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")

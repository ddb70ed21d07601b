"""``clipsight webhook``: the secret, the address and the log, at the machine of the server."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from clipsight.access.caller import LOCAL
from clipsight.cli.composition import open_webhooks
from clipsight.store.webhooks import DeliveryRecord
from clipsight.usecases.webhooks import OVERLAP_SECONDS, Webhooks

MOST_OVERLAP = 30 * 24 * 3600


@click.group()
def webhook() -> None:
    """Make a signing secret, set an address, read the log of deliveries."""


def _where(command: Callable[..., Any]) -> Callable[..., Any]:
    folder = click.option(
        "--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Where the server keeps everything."
    )
    owner = click.option("--owner", default=LOCAL, show_default=True, help="Whose: local, or token:ID.")
    return folder(owner(command))


@webhook.command()
@click.option(
    "--overlap", type=click.IntRange(0, MOST_OVERLAP), default=OVERLAP_SECONDS, show_default=True, metavar="SECONDS"
)
@_where
def secret(overlap: int, owner: str, data_dir: Path | None) -> None:
    """Make a new signing secret and print it, once. The one before signs too for as long as --overlap says."""
    with _webhooks(data_dir) as webhooks:
        record, _ = webhooks.rotate(owner, overlap)
    click.echo(record.secret)


@webhook.command()
@click.argument("address", required=False)
@_where
def url(address: str | None, owner: str, data_dir: Path | None) -> None:
    """Have ADDRESS told of every job; without it, of none."""
    with _webhooks(data_dir) as webhooks:
        webhooks.stand(owner, address)


@webhook.command()
@click.option("--job", "job_id", help="Only those about this job.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@_where
def deliveries(job_id: str | None, limit: int, owner: str, data_dir: Path | None) -> None:
    """List the deliveries, newest first."""
    with _webhooks(data_dir) as webhooks:
        found = webhooks.deliveries(owner, job_id=job_id, limit=limit)
    for each in found:
        click.echo(_line(each))
    if not found:
        click.echo("nothing was delivered yet", err=True)


@contextmanager
def _webhooks(data_dir: Path | None) -> Generator[Webhooks]:
    with open_webhooks(data_dir) as webhooks:
        yield webhooks


def _line(record: DeliveryRecord) -> str:
    return f"{record.id}  {record.state:<9}  {record.tries} tries  {record.type:<13}  {record.job_id}  {record.url}"

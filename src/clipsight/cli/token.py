"""``clipsight token``: make, list and revoke the tokens of a server."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from clipsight.access.key import token_key
from clipsight.errors import BadSetting
from clipsight.jobs.engine import prepare
from clipsight.settings import Settings, read_settings
from clipsight.store.database import Database
from clipsight.store.migrate import migrate
from clipsight.store.tokens import OwnLimits, TokenRecord
from clipsight.usecases.tokens import GREATEST_LIMIT, Tokens, TokenWish

COLUMNS = ("ID", "TOKEN", "NAME", "MAY", "LIMITS", "CREATED", "LAST USED")


@click.group()
def token() -> None:
    """Make, list and revoke the tokens of a server.

    A server with CLIPSIGHT_ACCESS=token answers only those who show one. What is done here counts at once, also while the
    server runs.
    """


def _folder(command: Callable[..., Any]) -> Callable[..., Any]:
    option = click.option(
        "--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Where the server keeps everything."
    )
    return option(command)


def _limit(name: str, what: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, type=click.IntRange(1, GREATEST_LIMIT), help=f"{what}, instead of the server's limit.")


@token.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(["submit", "read", "admin"]),
    multiple=True,
    default=("submit", "read"),
    show_default=True,
    help="What it may do; give it several times for several.",
)
@_limit("--per-minute", "Submits per minute")
@_limit("--unfinished", "Unfinished jobs")
@_limit("--seconds-per-day", "Seconds of video in 24 hours")
@_limit("--max-seconds", "Seconds of the longest video")
@_limit("--max-bytes", "Bytes of the largest upload")
@_folder
def create(name: str, scopes: tuple[Any, ...], data_dir: Path | None, **own: int | None) -> None:
    """Make a token and print it, once.

    NAME is for you, to know it by in the list. Only a hash of the token is kept; if it is lost, make another.
    """
    with tokens_of(_settings(data_dir)) as tokens:
        _, secret = tokens.create(TokenWish(name, frozenset(scopes), OwnLimits(**own)))
    click.echo(secret)


@token.command(name="list")
@click.option("--all", "everything", is_flag=True, help="Also those that were revoked.")
@_folder
def list_command(everything: bool, data_dir: Path | None) -> None:
    """List the tokens: their first characters, never the whole."""
    with tokens_of(_settings(data_dir)) as tokens:
        rows = [_row(record) for record in tokens.all() if everything or record.revoked_at is None]
    if not rows:
        click.echo("there is no token; make one: clipsight token create NAME", err=True)
        return
    widths = [max(len(row[column]) for row in (COLUMNS, *rows)) for column in range(len(COLUMNS))]
    for row in (COLUMNS, *rows):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


@token.command()
@click.argument("token_id", metavar="ID", type=click.IntRange(1, GREATEST_LIMIT))
@_folder
def revoke(token_id: int, data_dir: Path | None) -> None:
    """Refuse a token from now on. ID stands in the list."""
    with tokens_of(_settings(data_dir)) as tokens:
        record = tokens.revoke(token_id)
    click.echo(f"revoked {record.prefix}… ({record.name})")


@contextmanager
def tokens_of(settings: Settings) -> Generator[Tokens]:
    """The tokens of the server with these settings, which need not run."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise BadSetting(name="CLIPSIGHT_DATA_DIR", expected="a folder that can be created and written to") from error
    migrate(settings.database, prepare)
    database = Database(settings.database)
    try:
        yield Tokens(database, partial(token_key, settings.data_dir, settings.token_key))
    finally:
        database.close()


def _settings(data_dir: Path | None) -> Settings:
    return read_settings(os.environ, Path.cwd(), {"data_dir": data_dir})


def _row(record: TokenRecord) -> tuple[str, ...]:
    own = {name: getattr(record.own, name) for name in OwnLimits.__dataclass_fields__}
    limits = " ".join(f"{name}={value}" for name, value in own.items() if value is not None)
    used = _moment(record.last_used_at) if record.revoked_at is None else f"revoked {_moment(record.revoked_at)}"
    may = ",".join(sorted(record.scopes))
    return (str(record.number), record.prefix, record.name, may, limits or "-", _moment(record.created_at), used)


def _moment(milliseconds: int | None) -> str:
    if milliseconds is None:
        return "never"
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")

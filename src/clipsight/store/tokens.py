"""Queries on tokens. A token itself is never kept: only its first characters and a keyed hash of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Row, insert, or_, select, update

from clipsight.store.tables import tokens

Scope = Literal["submit", "read", "admin"]


@dataclass(frozen=True, slots=True)
class OwnLimits:
    """Limits that a token has of its own, beside those of the server; None where it has none. See ``access.caller``."""

    per_minute: int | None = None
    unfinished: int | None = None
    seconds_per_day: int | None = None
    max_bytes: int | None = None
    max_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class TokenRecord:
    """``prefix``: the characters that may be shown. ``key``: name of the key that the hash was made with."""

    number: int
    name: str
    prefix: str
    key: str
    scopes: frozenset[Scope]
    own: OwnLimits
    created_at: int
    last_used_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, slots=True)
class NewToken:
    name: str
    prefix: str
    digest: str = field(repr=False)
    key: str
    scopes: frozenset[Scope]
    own: OwnLimits
    created_at: int


_TOKEN = select(tokens)
_OWN = tuple(OwnLimits.__dataclass_fields__)


def insert_token(connection: Connection, new: NewToken) -> int:
    """Returns the number of the token, never one that was given out before."""
    statement = insert(tokens).values(
        name=new.name,
        prefix=new.prefix,
        digest=new.digest,
        key=new.key,
        scopes=" ".join(sorted(new.scopes)),
        created_at=new.created_at,
        **{name: getattr(new.own, name) for name in _OWN},
    )
    number: int = connection.execute(statement.returning(tokens.c.number)).scalar_one()
    return number


def valid_tokens(connection: Connection, prefix: str) -> Sequence[tuple[TokenRecord, str]]:
    """Tokens that begin like this and were not revoked, each with its hash."""
    rows = connection.execute(_TOKEN.where(tokens.c.prefix == prefix, tokens.c.revoked_at.is_(None)))
    return [(_record(row), row.digest) for row in rows]


def all_tokens(connection: Connection) -> Sequence[TokenRecord]:
    """Oldest first, those that were revoked included."""
    return [_record(row) for row in connection.execute(_TOKEN.order_by(tokens.c.number))]


def token_by_number(connection: Connection, number: int) -> TokenRecord | None:
    row = connection.execute(_TOKEN.where(tokens.c.number == number)).one_or_none()
    return _record(row) if row is not None else None


def revoke_token(connection: Connection, number: int, at: int) -> bool:
    """False when there is no such token, or it was revoked before."""
    statement = update(tokens).where(tokens.c.number == number, tokens.c.revoked_at.is_(None)).values(revoked_at=at)
    return connection.execute(statement).rowcount == 1


def note_use(connection: Connection, number: int, at: int, unless_after: int) -> None:
    """Write down that a token was used, unless that was noted after the second moment already."""
    old = or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at <= unless_after)
    connection.execute(update(tokens).where(tokens.c.number == number, old).values(last_used_at=at))


def _record(row: Row[*tuple[Any, ...]]) -> TokenRecord:
    return TokenRecord(
        number=row.number,
        name=row.name,
        prefix=row.prefix,
        key=row.key,
        scopes=frozenset(row.scopes.split()),
        own=OwnLimits(**{name: getattr(row, name) for name in _OWN}),
        created_at=row.created_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )

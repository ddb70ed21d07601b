"""Make tokens, list them, take them back, and tell whose a token is."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field

from clipsight.access.caller import SCOPES
from clipsight.access.tokens import SHOWN, TokenKey, is_well_formed, new_token
from clipsight.errors import BadTokenWish, TokenInvalid, TokenNotFound
from clipsight.store.database import Database, clock
from clipsight.store.tokens import (
    NewToken,
    OwnLimits,
    Scope,
    TokenRecord,
    all_tokens,
    insert_token,
    note_use,
    revoke_token,
    token_by_number,
    valid_tokens,
)

LONGEST_NAME = 100
USE_NOTED_MILLISECONDS = 60_000  # the time of the last use is this exact, so that reading a job seldom writes

USUAL_SCOPES: frozenset[Scope] = frozenset({"submit", "read"})
GREATEST_LIMIT = 2**31 - 1
_NO_DIGEST = "0" * 64  # of no token


@dataclass(frozen=True, slots=True)
class TokenWish:
    """What a new token is to be: the name that lists show, what it allows, and limits of its own."""

    name: str
    scopes: frozenset[Scope] = USUAL_SCOPES
    own: OwnLimits = field(default_factory=OwnLimits)


class Tokens:
    """The tokens of one installation.

    Nothing is remembered between calls: a token that was revoked in one process is refused by all others at once.
    """

    def __init__(self, database: Database, key: Callable[[], TokenKey]) -> None:
        self._database = database
        self._key = key

    def create(self, wish: TokenWish) -> tuple[TokenRecord, str]:
        """A new token: its record, and the token itself, which cannot be had again.

        Raises:
            BadTokenWish: no name, one that cannot be shown in a line, no permission, or a limit that is none.
            TokenKeyUnusable: the key cannot be had.
        """
        name = wish.name.strip()
        numbers = [value for value in astuple(wish.own) if value is not None]
        if (
            not 0 < len(name) <= LONGEST_NAME
            or not name.isprintable()
            or not wish.scopes
            or not wish.scopes <= SCOPES
            or not all(0 < number <= GREATEST_LIMIT for number in numbers)
        ):
            raise BadTokenWish(longest=LONGEST_NAME)
        secret, key = new_token(), self._key()
        with self._database.writing() as connection:
            now = clock(connection)
            new = NewToken(name, secret[:SHOWN], key.digest(secret), key.name, wish.scopes, wish.own, now)
            number = insert_token(connection, new)
        record = TokenRecord(number, name, new.prefix, key.name, wish.scopes, wish.own, now, None, None)
        return record, secret

    def all(self) -> Sequence[TokenRecord]:
        """Oldest first, those that were revoked included."""
        with self._database.reading() as connection:
            return all_tokens(connection)

    def revoke(self, number: int) -> TokenRecord:
        """From now on the token is refused. Doing it again changes nothing.

        Raises:
            TokenNotFound: there is no such token.
        """
        with self._database.writing() as connection:
            if 0 < number <= GREATEST_LIMIT:
                revoke_token(connection, number, clock(connection))
                record = token_by_number(connection, number)
                if record is not None:
                    return record
        raise TokenNotFound

    def holder(self, token: str) -> TokenRecord:
        """The record of a token.

        What cannot be a token is refused before the database is asked. The rest is found by the characters that lists show,
        which are no secret, and compared in constant time.

        Raises:
            TokenInvalid: it is not one of ours, or it was revoked.
        """
        if not is_well_formed(token):
            raise TokenInvalid
        digest = self._key().digest(token)
        with self._database.reading() as connection:
            candidates, now = valid_tokens(connection, token[:SHOWN]), clock(connection)
        found = None
        for record, kept in candidates or [(None, _NO_DIGEST)]:
            if hmac.compare_digest(kept, digest):
                found = record
        if found is None:
            raise TokenInvalid
        self._note_use(found, now)
        return found

    def _note_use(self, record: TokenRecord, now: int) -> None:
        before = now - USE_NOTED_MILLISECONDS
        if record.last_used_at is None or record.last_used_at <= before:
            with self._database.writing() as connection:
                note_use(connection, record.number, now, before)

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

import pytest

from clipsight.access.tokens import TokenKey, new_token
from clipsight.errors import BadTokenWish, TokenInvalid, TokenNotFound
from clipsight.store.database import Database
from clipsight.store.tokens import OwnLimits, note_use
from clipsight.testing.store import fresh_database
from clipsight.usecases.tokens import USE_NOTED_MILLISECONDS, Tokens, TokenWish

KEY = TokenKey(b"k" * 32)


@pytest.fixture
def database(tmp_path) -> Iterator[Database]:
    with fresh_database(tmp_path) as made:
        yield made


@pytest.fixture
def tokens(database) -> Tokens:
    return Tokens(database, lambda: KEY)


def test_a_token_is_known_by_itself_alone(tokens):
    wish = TokenWish("laptop", frozenset({"read"}), OwnLimits(per_minute=3, max_bytes=2**31 - 1))
    record, secret = tokens.create(wish)
    tokens.create(TokenWish("other"))
    assert (record.name, record.scopes, record.own) == (wish.name, wish.scopes, wish.own)
    assert record.prefix == secret[:16]
    held = tokens.holder(secret)
    assert replace(held, last_used_at=None) == record
    for wrong in (new_token(), secret[:-1], secret + "0", secret.lower(), "", record.prefix):
        with pytest.raises(TokenInvalid):
            tokens.holder(wrong)


def test_the_database_holds_nothing_that_opens_the_door(tokens, tmp_path):
    _, secret = tokens.create(TokenWish("laptop"))
    tokens.holder(secret)
    content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret[:16].encode() in content
    assert secret[16:].encode() not in content
    with sqlite3.connect(tmp_path / "clipsight.db") as connection:
        (digest,) = connection.execute("SELECT digest FROM tokens").fetchone()
    with pytest.raises(TokenInvalid):
        tokens.holder(digest)


def test_another_key_opens_nothing(tokens, database):
    _, secret = tokens.create(TokenWish("laptop"))
    with pytest.raises(TokenInvalid):
        Tokens(database, lambda: TokenKey(b"other" * 7)).holder(secret)


def test_two_tokens_that_begin_alike_are_told_apart(tokens, tmp_path):
    one, first = tokens.create(TokenWish("one"))
    two, second = tokens.create(TokenWish("two"))
    with sqlite3.connect(tmp_path / "clipsight.db") as connection:
        connection.execute("UPDATE tokens SET prefix = ?", (first[:16],))
    assert tokens.holder(first).number == one.number
    with sqlite3.connect(tmp_path / "clipsight.db") as connection:
        connection.execute("UPDATE tokens SET prefix = ?", (second[:16],))
    assert tokens.holder(second).number == two.number


def test_a_revoked_token_is_refused_at_once_and_for_good(tokens):
    record, secret = tokens.create(TokenWish("laptop"))
    tokens.holder(secret)
    first = tokens.revoke(record.number)
    with pytest.raises(TokenInvalid):
        tokens.holder(secret)
    assert tokens.revoke(record.number) == first
    assert [known.revoked_at for known in tokens.all()] == [first.revoked_at]
    following, _ = tokens.create(TokenWish("next"))
    assert following.number > record.number


@pytest.mark.parametrize("number", [0, -1, 2, 2**31, 2**70])
def test_what_is_not_there_cannot_be_revoked(tokens, number):
    tokens.create(TokenWish("laptop"))
    with pytest.raises(TokenNotFound):
        tokens.revoke(number)


def test_the_last_use_is_noted_once_in_a_while(tokens, database):
    record, secret = tokens.create(TokenWish("laptop"))
    assert tokens.all()[0].last_used_at is None
    tokens.holder(secret)
    first = tokens.all()[0].last_used_at
    assert first is not None
    tokens.holder(secret)
    assert tokens.all()[0].last_used_at == first
    with database.writing() as connection:
        note_use(connection, record.number, first - USE_NOTED_MILLISECONDS - 1, first)
    tokens.holder(secret)
    again = tokens.all()[0].last_used_at
    assert again is not None
    assert again >= first


@pytest.mark.parametrize(
    "wish",
    [
        TokenWish(""),
        TokenWish("  "),
        TokenWish("a" * 101),
        TokenWish("two\nlines"),
        TokenWish("a\x1b[31m"),
        TokenWish("none", frozenset()),
        TokenWish("x", frozenset({"root"})),  # pyright: ignore[reportArgumentType]
        TokenWish("x", own=OwnLimits(per_minute=0)),
        TokenWish("x", own=OwnLimits(max_seconds=2**31)),
    ],
)
def test_a_wish_that_cannot_be_meant(tokens, wish):
    with pytest.raises(BadTokenWish):
        tokens.create(wish)
    assert tokens.all() == []

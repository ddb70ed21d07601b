"""Single values that belong to the database as a whole."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from clipsight.store.tables import marks


def read_mark(connection: Connection, name: str) -> str | None:
    value: str | None = connection.execute(select(marks.c.value).where(marks.c.name == name)).scalar_one_or_none()
    return value


def write_mark(connection: Connection, name: str, value: str) -> None:
    if connection.execute(update(marks).where(marks.c.name == name).values(value=value)).rowcount == 0:
        connection.execute(insert(marks).values(name=name, value=value))

"""Counts that survive every process: one row per event, in the transaction of the event, folded together now and then.

Rows are only ever added, so that processes which count the same thing never wait for each other, and what is counted is
exactly what was committed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, delete, func, insert, select

from clipsight.store.tables import tallies

Labels = tuple[tuple[str, str], ...]


def tally(connection: Connection, name: str, value: float = 1.0, **labels: str) -> None:
    """Count something. The labels must have few different values."""
    text = json.dumps(sorted(labels.items()))
    connection.execute(insert(tallies).values(name=name, labels=text, value=value))


def totals(connection: Connection) -> Mapping[str, Mapping[Labels, float]]:
    """The sum of each count by its labels."""
    found: dict[str, dict[Labels, float]] = {}
    rows = connection.execute(
        select(tallies.c.name, tallies.c.labels, func.sum(tallies.c.value)).group_by(tallies.c.name, tallies.c.labels)
    )
    for name, text, value in rows:
        found.setdefault(name, {})[tuple((key, each) for key, each in json.loads(text))] = value
    return found


def fold(connection: Connection) -> None:
    """Put the rows of each count together. Nobody else may write meanwhile."""
    found = totals(connection)
    connection.execute(delete(tallies))
    for name, by_labels in found.items():
        for labels, value in by_labels.items():
            tally(connection, name, value, **dict(labels))

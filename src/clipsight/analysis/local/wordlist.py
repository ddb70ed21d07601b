"""Word lists in the source, written as running text."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words between white space."""
    return frozenset(text.split())

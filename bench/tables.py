"""Cells and tables in Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from measure import Spread

NONE = "none"
NOT_MEASURED = "not measured"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table; every row has as many cells as the head.

    Raises:
        ValueError: one has not.
    """
    for row in rows:
        if len(row) != len(head):
            raise ValueError(f"{len(row)} cells under a head of {len(head)}: {row}")
    lines = [head, ["---"] * len(head), *([_plain(cell) for cell in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def _plain(cell: str) -> str:
    return cell.replace("|", "\\|").replace("\n", " ")


def share(value: float, digits: int = 1) -> str:
    """``0.954`` as ``95.4 %``."""
    return f"{value * 100:.{digits}f} %"


def seconds(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f} s"


def spread(values: Spread, digits: int = 2) -> str:
    """The median, with the lowest and highest in brackets where there is more than one."""
    if values.low == values.high:
        return f"{values.median:.{digits}f}"
    return f"{values.median:.{digits}f} ({values.low:.{digits}f} to {values.high:.{digits}f})"

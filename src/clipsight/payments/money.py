"""Money as whole numbers: millionths of a dollar, the smallest unit of a dollar coin with six decimals."""

from __future__ import annotations

import re

DECIMALS = 6
UNIT = 10**DECIMALS  # atomic units of a dollar
MOST = 1_000 * UNIT  # of one call; more is a typing mistake

_PRICE = re.compile(r"\$?(\d{1,6})(?:\.(\d{1,6}))?")


def atomic(text: str) -> int:
    """Atomic units of a price such as ``0.10`` or ``$0.10``.

    Raises:
        ValueError: it is no price from $0.000001 to $1000 with at most six decimals.
    """
    found = _PRICE.fullmatch(text.strip()) if text.isascii() else None
    amount = int(found[1]) * UNIT + int((found[2] or "").ljust(DECIMALS, "0")) if found else 0
    if not 0 < amount <= MOST:
        raise ValueError("not a price")
    return amount


def dollars(amount: int) -> str:
    """``$0.10`` for 100000: at least two decimals, and as many as it needs."""
    whole, rest = divmod(amount, UNIT)
    decimals = f"{rest:0{DECIMALS}d}".rstrip("0").ljust(2, "0")
    return f"${whole}.{decimals}"

"""Reads the settings about payments: each from its text, or from its value in TOML, to what is meant."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from clipsight.errors import BadSetting
from clipsight.payments.address import is_evm, is_svm
from clipsight.payments.money import atomic
from clipsight.payments.terms import EVM_NETWORKS

PRICE_EXPECTED = "a price in dollars from 0.000001 to 1000, for example 0.10"
ASSET_EXPECTED = "ADDRESS/NAME/VERSION of a dollar coin with six decimals, for example 0x8335…2913/USD Coin/2"

_SLUG = re.compile(r"[a-z][a-z-]{0,60}")
_TITLE = re.compile(r"[\x20-\x2e\x30-\x7e]{1,60}")  # printable, without a slash


def evm_account(name: str, value: object) -> str:
    if not isinstance(value, str) or not is_evm(value.strip()):
        raise BadSetting(name=name, expected="an Ethereum address: 0x and 40 hexadecimal digits, their capitals unchanged")
    return value.strip()


def svm_account(name: str, value: object) -> str:
    if not isinstance(value, str) or not is_svm(value.strip()):
        raise BadSetting(name=name, expected="a Solana address: 32 bytes in base 58")
    return value.strip()


def price(name: str, value: object) -> str:
    """The text, which is a price; a number with a fraction would be rounded before anybody sees it."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    try:
        atomic(text)
    except ValueError as error:
        raise BadSetting(name=name, expected=PRICE_EXPECTED) from error
    return text.strip()


def prices(name: str, value: object) -> tuple[str, ...]:
    """``recipe=0.20,tutorial-guide=0.05`` as its parts."""
    parts = [part.strip() for part in value.split(",")] if isinstance(value, str) else []
    slugs = [part.partition("=")[0] for part in parts]
    if not parts or len(set(slugs)) != len(slugs) or not all(map(_SLUG.fullmatch, slugs)):
        raise BadSetting(name=name, expected="prices of formats such as recipe=0.20,flashcards=0.05, each format once")
    for part in parts:
        price(name, part.partition("=")[2])
    return tuple(parts)


def network(name: str, value: object) -> str:
    if not isinstance(value, str) or value not in EVM_NETWORKS:
        raise BadSetting(name=name, expected=" or ".join(EVM_NETWORKS))
    return value


def asset(name: str, value: object) -> str:
    parts = value.split("/") if isinstance(value, str) else []
    if len(parts) != 3 or not is_evm(parts[0]) or not all(map(_TITLE.fullmatch, parts[1:])):
        raise BadSetting(name=name, expected=ASSET_EXPECTED)
    return "/".join(parts)


READERS: Mapping[str, Callable[[str, object], Any]] = MappingProxyType(
    {
        "x402_pay_to_evm": evm_account,
        "x402_pay_to_svm": svm_account,
        "x402_price": price,
        "x402_prices": prices,
        "x402_known_price": price,
        "x402_network": network,
        "x402_asset": asset,
    }
)
"""By the names of the settings."""

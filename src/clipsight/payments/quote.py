"""The answer 402: what a call costs, in the three spellings that clients read.

- The body of the wire contract, with its own keys and formats, and members that help hand-written clients.
- The header ``PAYMENT-REQUIRED`` of version 2 of x402, which every current client library reads first.
- The strict body of version 1, on request: its libraries refuse an answer with any entry that is not spelled in their way.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from clipsight.payments.money import dollars
from clipsight.payments.terms import DESCRIPTION, TIMEOUT_SECONDS, Terms, Way

MIME = "application/json"
RESOURCE = "POST /v1/jobs"


@dataclass(frozen=True, slots=True)
class Quote:
    """What is asked for, and why. ``address`` is the absolute address of the route, ``reason`` a code of ours."""

    terms: Terms
    price: int
    address: str
    reason: str

    def body(self) -> dict[str, Any]:
        """The body of the wire contract, in the order of its page."""
        entries = [self._entry(way) for way in self.terms.ways]
        found: dict[str, Any] = {"x402Version": 1, "accepts": entries}
        return {**found, "error": self.reason} if self.terms.additions else found

    def _entry(self, way: Way) -> dict[str, Any]:
        entry: dict[str, Any] = {
            "scheme": "exact",
            "network": way.network.id,
            "resource": RESOURCE,
            "payTo": way.pay_to,
            "maxAmountRequired": dollars(self.price),
            "description": DESCRIPTION,
            "mimeType": MIME,
        }
        if self.terms.additions:
            entry |= {
                "asset": way.asset.address,
                "amount": str(self.price),
                "maxTimeoutSeconds": TIMEOUT_SECONDS,
                "extra": way.extra,
            }
        return entry

    def strict_body(self) -> dict[str, Any]:
        """What the libraries of version 1 accept: entries for Ethereum's networks alone, spelled as they expect."""
        entries = [requirements(way, self.price, 1, self.address) for way in self.terms.ways if way.network.chain_id]
        return {"x402Version": 1, "error": self.reason, "accepts": entries}

    def header(self) -> str:
        """Base 64 of what version 2 asks for. Solana is in it only when somebody pays its fees."""
        payable = [way for way in self.terms.ways if way.network.chain_id is not None or way.fee_payer is not None]
        return encoded(
            {
                "x402Version": 2,
                "error": self.reason,
                "resource": {"url": self.address, "description": DESCRIPTION, "mimeType": MIME},
                "accepts": [requirements(way, self.price, 2, self.address) for way in payable],
            }
        )


def requirements(way: Way, price: int, version: int, address: str) -> dict[str, Any]:
    """One entry as version 1 or 2 of x402 spells it; also what the facilitator is told."""
    shared = {"payTo": way.pay_to, "maxTimeoutSeconds": TIMEOUT_SECONDS, "asset": way.asset.address, "extra": way.extra}
    if version == 1:
        return {
            "scheme": "exact",
            "network": way.network.old_name,
            "maxAmountRequired": str(price),
            "resource": address,
            "description": DESCRIPTION,
            "mimeType": MIME,
            **shared,
        }
    return {"scheme": "exact", "network": way.network.id, "amount": str(price), **shared}


def encoded(value: object) -> str:
    return base64.b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()

"""A client that pays, written by hand in the way of an agent that read the answer 402 and nothing else."""

from __future__ import annotations

import base64
import json
import secrets
import time
from typing import Any

from eth_account import Account

PAY_TO = "0x000000000000000000000000000000000000dEaD"
USDC = "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913"

TYPES = {
    "TransferWithAuthorization": [
        {"name": "from", "type": "address"},
        {"name": "to", "type": "address"},
        {"name": "value", "type": "uint256"},
        {"name": "validAfter", "type": "uint256"},
        {"name": "validBefore", "type": "uint256"},
        {"name": "nonce", "type": "bytes32"},
    ]
}


class Payer:
    """An account with money. ``sign`` makes a payment that was never made before."""

    def __init__(self) -> None:
        self._account = Account.create()
        self.address: str = self._account.address

    def authorization(self, amount: int = 100_000, **other: Any) -> dict[str, str]:
        now = int(time.time())
        return {
            "from": self.address,
            "to": PAY_TO,
            "value": str(amount),
            "validAfter": "0",
            "validBefore": str(now + 300),
            "nonce": "0x" + secrets.token_hex(32),
            **other,
        }

    def signature(self, authorization: dict[str, str], asset: str = USDC, name: str = "USD Coin") -> str:
        domain = {"name": name, "version": "2", "chainId": 8453, "verifyingContract": asset}
        message: dict[str, Any] = dict(authorization)
        for key in ("value", "validAfter", "validBefore"):
            message[key] = int(message[key])
        message["nonce"] = bytes.fromhex(authorization["nonce"][2:])
        signed = self._account.sign_typed_data(domain, TYPES, message)
        return "0x" + bytes(signed.signature).hex()

    def sign(self, amount: int = 100_000, *, network: str = "base", **other: Any) -> str:
        """The value of X-PAYMENT."""
        authorization = self.authorization(amount, **other)
        payload = {"signature": self.signature(authorization), "authorization": authorization}
        return header({"x402Version": 1, "scheme": "exact", "network": network, "payload": payload})

    def sign_new(self, amount: int = 100_000, **other: Any) -> str:
        """The value of PAYMENT-SIGNATURE."""
        authorization = self.authorization(amount, **other)
        accepted = {
            "scheme": "exact",
            "network": "eip155:8453",
            "amount": str(amount),
            "asset": USDC,
            "payTo": PAY_TO,
            "maxTimeoutSeconds": 300,
            "extra": {"name": "USD Coin", "version": "2"},
        }
        payload = {"signature": self.signature(authorization), "authorization": authorization}
        return header({"x402Version": 2, "accepted": accepted, "payload": payload})


def header(value: object) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


def opened(value: str) -> Any:
    return json.loads(base64.b64decode(value))

"""The facilitator: the service that checks payments and carries them out on the chain. Three calls, each with a coded end.

What it says is foreign: its codes and numbers are kept only in their known form, and its answers are read up to a limit.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import httpx

from clipsight.payments.quote import encoded

VERIFY_SECONDS = 10.0
SETTLE_SECONDS = 30.0  # a block of the slower chains takes two; a facilitator waits for a few
MOST_OF_AN_ANSWER = 65_536  # bytes

Verdict = Literal["ok", "refused", "used", "unknown", "unsent"]
"""``used``: the authorization was carried out before. ``unsent``: the question never left, so nothing can have happened."""

_CODE = re.compile(r"[a-z][a-z0-9_]{0,99}")
_TRANSACTION = re.compile(r"0x[0-9a-fA-F]{64}|[1-9A-HJ-NP-Za-km-z]{64,90}")
_USED = re.compile(r"nonce(_is)?_(already_)?(been_)?used|authorization(_is)?_(already_)?used")
# Not the end: it was sent and is not confirmed, or nobody knows whether it was sent.
_PENDING = frozenset({"settlement_pending", "unexpected_settle_error"})
_FAILED = "transaction_failed"  # with the name of the transaction that failed; without, it may yet be carried out


@dataclass(frozen=True, slots=True)
class Answer:
    """``reason``: the facilitator's code for a refusal; ``transaction``: name of the one on the chain, empty without."""

    verdict: Verdict
    reason: str = ""
    transaction: str = ""


class Facilitator(Protocol):
    """Asks about a payment, in the words of :meth:`clipsight.payments.payment.Payment.told`. Never raises."""

    def verify(self, told: Mapping[str, Any]) -> Answer: ...

    def settle(self, told: Mapping[str, Any]) -> Answer: ...


class HttpFacilitator:
    """A facilitator at an address; ``key`` is sent as a bearer token."""

    def __init__(self, address: str, key: str | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else None
        self._address = address
        self._client = httpx.Client(headers=headers, follow_redirects=False)

    def verify(self, told: Mapping[str, Any]) -> Answer:
        found = self._asked("verify", told, VERIFY_SECONDS)
        if isinstance(found, Answer):
            return found
        _, body = found
        match body.get("isValid"):
            case True:
                return Answer("ok")
            case False:
                return _refusal(body.get("invalidReason"))
            case _:
                return Answer("unknown")

    def settle(self, told: Mapping[str, Any]) -> Answer:
        found = self._asked("settle", told, SETTLE_SECONDS)
        if isinstance(found, Answer):
            return found
        status, body = found
        transaction = _shaped(_TRANSACTION, body.get("transaction"))
        if body.get("success") is True and status < 300:
            return Answer("ok", transaction=transaction)
        reason = body.get("errorReason")
        pending = reason in _PENDING if isinstance(reason, str) else False
        pending = pending or (reason == _FAILED and not transaction)
        if body.get("success") is not False or status >= 500 or pending:
            return Answer("unknown", transaction=transaction)
        return _refusal(body.get("errorReason"))

    def close(self) -> None:
        self._client.close()

    def _asked(self, path: str, told: Mapping[str, Any], seconds: float) -> Answer | tuple[int, dict[str, Any]]:
        try:
            with self._client.stream("POST", f"{self._address}/{path}", json=told, timeout=seconds) as response:
                content = bytearray()
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > MOST_OF_AN_ANSWER:
                        return Answer("unknown")
                body = json.loads(content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
            return Answer("unsent")
        except (httpx.HTTPError, ValueError, RecursionError):
            return Answer("unknown")
        return (response.status_code, body) if isinstance(body, dict) else Answer("unknown")  # pyright: ignore[reportUnknownVariableType] - JSON


def receipt(payment_network: str, payer: str, answer: Answer) -> str:
    """The settlement response that clients read, as the value of both headers."""
    body: dict[str, Any] = {
        "success": answer.verdict in ("ok", "used"),
        "transaction": answer.transaction,
        "network": payment_network,
        "payer": payer,
    }
    if answer.verdict == "refused":
        body["errorReason"] = answer.reason
    return encoded(body)


def _refusal(reason: object) -> Answer:
    code = _shaped(_CODE, reason)
    return Answer("used" if _USED.search(code) else "refused", code or "payment_refused")


def _shaped(pattern: re.Pattern[str], value: object) -> str:
    return value if isinstance(value, str) and value.isascii() and pattern.fullmatch(value) else ""

"""Reads a payment from its header. Nothing of it is believed: what is kept is put together anew from checked parts.

The decoded version decides how it is read, not the name of the header, because clients mix the two. Both versions sign the
same authorization, whatever they call the network: the signature binds the number of the chain.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clipsight.errors import PaymentRequired
from clipsight.payments.eip712 import digest, signer
from clipsight.payments.quote import requirements
from clipsight.payments.terms import Terms, Way

LONGEST_HEADER = 12_288  # characters; servers in front of ours seldom let more through
SCHEME = "exact"
MARGIN_SECONDS = 6  # an authorization that ends sooner may be over before it is settled
LONGEST_SECONDS = 24 * 3600  # after that nobody may still have to ask whether it was settled

_NUMBER = re.compile(r"0|[1-9]\d{0,17}")  # fits into 63 bits, as the database keeps it
_ACCOUNT = re.compile(r"0x[0-9a-fA-F]{40}")
_NONCE = re.compile(r"0x[0-9a-fA-F]{64}")
_SIGNATURE = re.compile(r"0x[0-9a-fA-F]{130}")


@dataclass(frozen=True, slots=True)
class Payment:
    """A signed authorization for one of our ways to be paid. Its signature was checked, its times and amount were not.

    Attributes:
        version: of x402, 1 or 2: how the facilitator is told.
        payer: account that signed, in small letters.
        amount: atomic units.
        valid_after, valid_before: seconds since 1970 between which it may be settled.
        nonce: 32 bytes in hexadecimal digits, small letters.
        signature: in hexadecimal digits.
    """

    version: int
    way: Way
    payer: str
    amount: int
    valid_after: int
    valid_before: int
    nonce: str
    signature: str

    @property
    def identity(self) -> str:
        """The same for every payload with this authorization, and for no other."""
        return f"{self.way.network.id}/{self.way.asset.address.lower()}/{self.payer}/{self.nonce}"

    def told(self, address: str) -> dict[str, Any]:
        """The request to the facilitator; its one place. ``address``: of what was bought."""
        authorization = {
            "from": self.payer,
            "to": self.way.pay_to,
            "value": str(self.amount),
            "validAfter": str(self.valid_after),
            "validBefore": str(self.valid_before),
            "nonce": self.nonce,
        }
        payload: dict[str, Any] = {"signature": self.signature, "authorization": authorization}
        wanted = requirements(self.way, self.amount, self.version, address)
        if self.version == 1:
            sent = {"x402Version": 1, "scheme": SCHEME, "network": self.way.network.old_name, "payload": payload}
        else:
            sent = {"x402Version": 2, "accepted": wanted, "payload": payload}
        return {"x402Version": self.version, "paymentPayload": sent, "paymentRequirements": wanted}


def read_payment(signatures: Sequence[str], payments: Sequence[str], terms: Terms) -> Payment:
    """The payment in the headers ``PAYMENT-SIGNATURE``, which comes first, or ``X-PAYMENT``.

    Raises:
        PaymentRequired: there is none, it cannot be read, it is not for us, or nobody signed it; ``reason`` says which.
    """
    found = signatures or payments
    if not found:
        raise PaymentRequired
    if len(found) > 1:
        raise PaymentRequired("several_payments")
    payload = _decoded(found[0])
    version = payload.get("x402Version")
    if version not in (1, 2) or isinstance(version, bool):
        raise PaymentRequired("invalid_x402_version")
    named = payload if version == 1 else _object(payload.get("accepted"))
    if named.get("scheme") != SCHEME:
        raise PaymentRequired("unsupported_scheme")
    way = _way(named, version, terms)
    payment = _authorized(_object(payload.get("payload")), way, version)
    if version == 2 and named.get("amount") != str(payment.amount):
        raise PaymentRequired("invalid_payment_requirements")
    return payment


def check_times(payment: Payment, now: int) -> None:
    """Raises :class:`PaymentRequired` when it may not be settled now, or for far too long. ``now``: seconds since 1970."""
    if payment.valid_after > now:
        raise PaymentRequired("invalid_exact_evm_payload_authorization_valid_after")
    if not now + MARGIN_SECONDS < payment.valid_before <= now + LONGEST_SECONDS:
        raise PaymentRequired("invalid_exact_evm_payload_authorization_valid_before")


def check_amount(payment: Payment, prices: Sequence[int]) -> None:
    """Raises :class:`PaymentRequired` when it is not exactly one of these: nothing is given back, so no more is taken."""
    if payment.amount not in prices:
        raise PaymentRequired("invalid_exact_evm_payload_authorization_value_mismatch")


def _decoded(header: str) -> Mapping[str, Any]:
    if len(header) > LONGEST_HEADER:
        raise PaymentRequired("payment_too_large")
    try:
        text = base64.b64decode(header.strip(" "), validate=True).decode()
        value = json.loads(text, object_pairs_hook=_no_key_twice, parse_constant=_no_constant)
    except (binascii.Error, ValueError, RecursionError) as error:
        raise PaymentRequired("invalid_payload") from error
    return _object(value)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Readers disagree on which of two equal keys counts, and the facilitator is another reader."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(_name: str) -> None:
    raise ValueError("no number of JSON")


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PaymentRequired("invalid_payload")
    return value  # pyright: ignore[reportUnknownVariableType] - JSON; every member is checked when it is taken


def _way(named: Mapping[str, Any], version: int, terms: Terms) -> Way:
    network = named.get("network")
    for way in terms.ways:
        if way.network.chain_id is not None and network in _names(way, version):
            if version == 2 and not (
                _same(named.get("asset"), way.asset.address) and _same(named.get("payTo"), way.pay_to)
            ):
                raise PaymentRequired("invalid_payment_requirements")
            return way
    raise PaymentRequired("invalid_network")


def _names(way: Way, version: int) -> tuple[str, ...]:
    """Version 1 has its own names, but who reads the body of the wire contract has the others from there."""
    return (way.network.id, way.network.old_name) if version == 1 else (way.network.id,)


def _same(given: object, ours: str) -> bool:
    return isinstance(given, str) and given.lower() == ours.lower()


def _authorized(payload: Mapping[str, Any], way: Way, version: int) -> Payment:
    given = _object(payload.get("authorization"))
    payer, payee = _matched(_ACCOUNT, given.get("from")).lower(), _matched(_ACCOUNT, given.get("to")).lower()
    value, after, before = (int(_matched(_NUMBER, given.get(name))) for name in ("value", "validAfter", "validBefore"))
    nonce = _matched(_NONCE, given.get("nonce")).lower()
    signature = _matched(_SIGNATURE, payload.get("signature")).lower()
    if payee != way.pay_to.lower():
        raise PaymentRequired("invalid_exact_evm_payload_recipient_mismatch")
    assert way.network.chain_id is not None
    signed = digest(way.asset, way.network.chain_id, (payer, payee, value, after, before, nonce))
    if signer(bytes.fromhex(signature[2:]), signed) != payer:
        raise PaymentRequired("invalid_exact_evm_payload_signature")
    return Payment(version, way, payer, value, after, before, nonce, signature)


def _matched(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or not value.isascii() or not pattern.fullmatch(value):
        raise PaymentRequired("invalid_payload")
    return value

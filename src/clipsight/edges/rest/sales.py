"""Calls that are paid, over HTTP: who comes in by paying, and the answer 402."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from clipsight.access.caller import Caller, DialectLimits
from clipsight.edges.rest.intake import Submission, format_in
from clipsight.errors import PaymentRequired
from clipsight.payments.payment import Payment, read_payment
from clipsight.payments.quote import Quote
from clipsight.payments.terms import Terms
from clipsight.payments.till import Till
from clipsight.store.tokens import Scope

PAID_PATH = "/v1/jobs"
STRICT = "v1"  # of the parameter ``x402``: the body that libraries of version 1 can read
SCOPES: frozenset[Scope] = frozenset({"submit"})

REQUIRED, SIGNATURE, OLD_PAYMENT = "PAYMENT-REQUIRED", "PAYMENT-SIGNATURE", "X-PAYMENT"
RECEIPTS = ("PAYMENT-RESPONSE", "X-PAYMENT-RESPONSE")  # of both versions; clients read the one they know
SHOWN_TO_PAGES = (REQUIRED, *RECEIPTS)
# Client libraries send the name of the third as a header of their request.
TAKEN_FROM_PAGES = (SIGNATURE, OLD_PAYMENT, "Access-Control-Expose-Headers")


@dataclass(frozen=True, slots=True)
class Sales:
    """On what terms, and by whom, calls are sold."""

    terms: Terms
    till: Till


class X402Cashier:
    """:class:`~clipsight.edges.rest.gate.Cashier`: whoever brings a signed authorization for us is its signer."""

    def __init__(self, terms: Terms, limits: DialectLimits) -> None:
        self._terms = terms
        self._limits = limits

    def admit(self, request: Request) -> Caller:
        """Raises :class:`PaymentRequired` for whoever brings none that can be taken."""
        headers = request.headers
        payment = read_payment(headers.getlist(SIGNATURE), headers.getlist(OLD_PAYMENT), self._terms)
        request.state.payment = payment
        return Caller(payment.payer, self._limits, SCOPES)


def payment_in(request: Request) -> Payment | None:
    """The payment by which the caller came in; None for whoever has a token."""
    payment: Payment | None = getattr(request.state, "payment", None)
    return payment


def fingerprint(asked: Submission) -> str:
    """Tells what was asked: a payment is good for that alone."""
    what = asked.video.ref.video_id if asked.video is not None else asked.url
    parts = [PAID_PATH, asked.video is not None, what, asked.format, asked.refresh, asked.webhook_url]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def receipts(receipt: str | None) -> Mapping[str, str]:
    return dict.fromkeys(RECEIPTS, receipt) if receipt is not None else {}


async def payment_required(request: Request, sales: Sales, address: str, error: PaymentRequired) -> Response:
    """The answer 402. ``address`` is where clients reach the server."""
    price: int | None = getattr(request.state, "price", None)
    if price is None:
        price = sales.terms.prices.of(await format_in(request))
    quote = Quote(sales.terms, price, address + PAID_PATH, error.reason)
    strict = request.query_params.get("x402") == STRICT
    headers = {REQUIRED: quote.header(), "Cache-Control": "no-store", **receipts(error.receipt)}
    return JSONResponse(quote.strict_body() if strict else quote.body(), 402, headers)


def discovery(address: str) -> Mapping[str, object]:
    """What crawlers read at ``/.well-known/x402``; the 402 of a resource says the rest."""
    return {
        "version": 1,
        "resources": [address + PAID_PATH],
        "instructions": (
            "POST a JSON object with the member url, and perhaps format. An answer 402 names the price;"
            " poll pollUrl of the paid answer, which is free."
        ),
    }

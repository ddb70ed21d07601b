"""The gate: who may come in, by which door. One for each kind of access."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import unquote_plus

from starlette.requests import Request

from clipsight.access.caller import LOCAL, Caller, DialectLimits, Limits, owner_of_token
from clipsight.errors import TokenMisplaced, TokenRequired
from clipsight.store.records import Dialect
from clipsight.store.tokens import Scope
from clipsight.usecases.status import ANYBODY
from clipsight.usecases.tokens import Tokens

Door = Literal["token", "id", "payment"]
"""What opens a route where one may pay: a token alone, also the UUID of the job in the path, or also a payment."""

_TOKEN_IN_ADDRESS = re.compile(r"(?:^|[=&;])\s*(?:Bearer\s+)?ist_[0-9A-Za-z]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Need:
    """What a route asks of whoever calls it."""

    scope: Scope
    door: Door = "token"


class Gate(Protocol):
    """Decides who may come in. Raises an error of the tree for whoever may not.

    With ``this_machine_only``, who comes over the network or from a page of another site is refused before.
    """

    @property
    def this_machine_only(self) -> bool: ...

    def admit(self, request: Request, need: Need) -> Caller: ...


class Cashier(Protocol):
    """Lets in whoever pays. Raises an error of the tree for whoever does not."""

    def admit(self, request: Request) -> Caller: ...


class OpenGate:
    """Everybody on this machine is the same caller, and may do everything."""

    this_machine_only = True

    def __init__(self, limits: DialectLimits) -> None:
        self._limits = limits

    def admit(self, request: Request, need: Need) -> Caller:
        owner = ANYBODY if need.door == "id" and _names_a_uuid(request) else LOCAL
        return Caller(owner, self._limits)


class TokenGate:
    """Whoever has a token, and with a cashier whoever pays.

    Args:
        tokens: the tokens of this installation.
        limits: what a token has that has no limits of its own.
        cashier: lets in whoever pays, at the doors where one may; None where one may not.
    """

    this_machine_only = False

    def __init__(self, tokens: Tokens, limits: DialectLimits, cashier: Cashier | None = None) -> None:
        self._tokens = tokens
        self._limits = limits
        self._cashier = cashier

    def admit(self, request: Request, need: Need) -> Caller:
        """Raises :class:`TokenMisplaced`, :class:`TokenRequired`, :class:`TokenInvalid`, :class:`MissingScope`."""
        token = bearer(request.headers.getlist("authorization"), request.url.query)
        if token is None:
            return self._without_token(request, need)
        record = self._tokens.holder(token)
        limits: dict[Dialect, Limits] = {dialect: limit.with_own(record.own) for dialect, limit in self._limits.items()}
        caller = Caller(owner_of_token(record.number), limits, record.scopes, record.number)
        if self._cashier is not None and need.door == "id" and _names_a_uuid(request):
            return Caller(ANYBODY, limits)
        caller.need(need.scope)
        return caller

    def _without_token(self, request: Request, need: Need) -> Caller:
        if self._cashier is not None and need.door == "payment":
            return self._cashier.admit(request)
        if self._cashier is not None and need.door == "id" and _names_a_uuid(request):
            return Caller(ANYBODY, self._limits)
        raise TokenRequired


def bearer(headers: Sequence[str], query: str = "") -> str | None:
    """The token in the Authorization headers of a request; None when there is none.

    Raises:
        TokenMisplaced: there are several headers, or the address holds a token.
    """
    if len(headers) > 1 or _TOKEN_IN_ADDRESS.search(unquote_plus(query)):
        raise TokenMisplaced
    scheme, _, rest = headers[0].strip().partition(" ") if headers else ("", "", "")
    token = rest.strip(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    return token


def _names_a_uuid(request: Request) -> bool:
    try:
        uuid.UUID(request.path_params.get("job_id", ""))
    except ValueError:
        return False
    return True

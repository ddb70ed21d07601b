"""Who is asking, and what they may do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from clipsight.errors import MissingScope
from clipsight.store.records import Dialect
from clipsight.store.tokens import OwnLimits, Scope

SCOPES: frozenset[Scope] = frozenset({"submit", "read", "admin"})
LOCAL = "local"  # the owner of everything that is submitted with open access


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one owner may ask for in one dialect; None is no limit.

    Attributes:
        max_seconds: longest video.
        max_bytes: largest upload.
        per_minute: submits in any stretch of 60 seconds.
        unfinished: jobs, of both dialects, that may be under way before another submit is refused.
        seconds_per_day: video that may be looked at in any stretch of 24 hours.
    """

    max_seconds: int
    max_bytes: int
    per_minute: int | None = None
    unfinished: int | None = None
    seconds_per_day: int | None = None

    def with_own(self, own: OwnLimits) -> Limits:
        """These, but for what a token has of its own."""
        given = {name: getattr(own, name) for name in OwnLimits.__dataclass_fields__}
        return replace(self, **{name: value for name, value in given.items() if value is not None})


DialectLimits = Mapping[Dialect, Limits]


@dataclass(frozen=True, slots=True)
class Caller:
    """
    Attributes:
        owner: the name under which jobs are kept: ``token:<number>``, the address of a payer, or ``local``.
        limits: by dialect.
        scopes: what the caller may do.
        token: number of the token; None without one.
    """

    owner: str
    limits: DialectLimits
    scopes: frozenset[Scope] = SCOPES
    token: int | None = None

    def need(self, scope: Scope) -> None:
        """Raises :class:`MissingScope` when the caller may not do that."""
        if scope not in self.scopes:
            raise MissingScope(scope=scope)


def owner_of_token(number: int) -> str:
    return f"token:{number}"

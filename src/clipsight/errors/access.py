"""Who the caller is, and how much they may ask for."""

from __future__ import annotations

from typing import Any

from clipsight.errors.root import ClipsightError, RequestError


class AccessError(ClipsightError):
    code = "access"
    message = "The request is not allowed"


class TokenRequired(AccessError):
    code = "token_required"
    message = "API token required (Authorization: Bearer ist_...)"


class TokenInvalid(AccessError):
    code = "token_invalid"
    message = "invalid API token"


class MissingScope(AccessError):
    code = "missing_scope"
    message = "The token lacks the permission {scope}"


class TokenMisplaced(RequestError):
    code = "token_misplaced"
    message = (
        "A token belongs into one Authorization header; an address is kept in logs, so revoke a token that stood in one"
    )


class TokenNotFound(AccessError):
    code = "token_not_found"
    message = "Token not found"


class BadTokenWish(RequestError):
    code = "bad_token_wish"
    message = (
        "A token needs a name of at most {longest} printable characters, permissions out of submit, read and admin, "
        "and limits that are whole numbers above 0"
    )


class TokenKeyUnusable(RequestError):
    code = "token_key_unusable"
    message = (
        "The file token.key in the data directory must hold the key of the tokens and be open to its owner alone "
        "(mode 600); restore it, or delete it and make new tokens"
    )


class LimitReached(AccessError):
    """``details`` may hold ``retry_seconds``; ``standings`` is what is left under each limit, see ``access.limits``."""

    code = "limit_reached"
    retryable = True
    message = "More was asked for than is allowed"
    standings: tuple[Any, ...] = ()


class TooManyRequests(LimitReached):
    code = "too_many_requests"
    message = "More than {limit} submits in a minute; try again in {retry_seconds} seconds"


class TooManyUnfinished(LimitReached):
    code = "too_many_unfinished"
    message = "No more than {limit} jobs may be unfinished at a time; try again when enough of them have ended"


class SecondsUsedUp(LimitReached):
    code = "seconds_used_up"
    message = "The {limit} seconds of video for 24 hours are used up or promised; try again in {retry_seconds} seconds"


class BadIdempotencyKey(RequestError):
    code = "bad_idempotency_key"
    message = "Idempotency-Key must be one text of 1 to 255 printable ASCII characters, such as a UUID"


class IdempotencyKeyReused(RequestError):
    code = "idempotency_key_reused"
    message = "This Idempotency-Key was used for another request; a new request needs a new key"


class StillRunning(RequestError):
    code = "idempotency_still_running"
    retryable = True
    message = "The first request with this Idempotency-Key is still being answered; ask again in a moment"

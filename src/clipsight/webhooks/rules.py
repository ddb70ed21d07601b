"""How webhooks are sent, as the operator decides."""

from __future__ import annotations

from dataclasses import dataclass

# Seconds between tries, after the first one: a bit more than a day in all. A receiver that is redeployed misses nothing,
# one that is repaired over night neither.
BACK_OFF = (5.0, 60.0, 300.0, 1800.0, 7200.0, 18_000.0, 28_800.0, 36_000.0)
MOST_WAIT = 24 * 3600.0  # seconds; a receiver that asks for more with Retry-After does not mean it


@dataclass(frozen=True, slots=True)
class WebhookRules:
    """
    Attributes:
        timeout: seconds for one try.
        back_off: seconds between tries; one try more than there are pauses.
        allow_private: also send to plain HTTP and to addresses that are not public. For tests and closed networks.
        public_url: what addresses in messages begin with; None for paths alone.
        kept_seconds: how long the log remembers what is over.
    """

    timeout: float = 20.0
    back_off: tuple[float, ...] = BACK_OFF
    allow_private: bool = False
    public_url: str | None = None
    kept_seconds: int = 30 * 24 * 3600

"""What a scenario is: a link that somebody pastes, what the platform does then, and what has to come out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from clipsight.source.options import FetchLimits
from clipsight.testing.platforms.traffic import Delivery

SimulatedPlatform = Literal["tiktok", "instagram", "youtube"]

SUCCESS = "ok"
PLENTY = FetchLimits(deadline_seconds=30.0)
IMPATIENT = FetchLimits(deadline_seconds=3.0)  # for what never ends by itself; a normal fetch takes about 1 s
SMALL = FetchLimits(max_bytes=1_000_000, deadline_seconds=30.0)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong when the media is asked for.

    Attributes:
        status: answered instead of the media.
        target: where the media server redirects to.
        delivery: how the bytes arrive.
        empty: the media has no bytes at all.
        best_only: only the best of the offered formats is affected.
    """

    status: int | None = None
    target: str | None = None
    delivery: Delivery = Delivery.WHOLE
    empty: bool = False
    best_only: bool = False


@dataclass(frozen=True, slots=True)
class Hop:
    """How a short link answers: ``at`` is host and path; without ``target`` there is no ``Location``."""

    at: str
    target: str | None
    status: int = 301
    delivery: Delivery = Delivery.WHOLE


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row of the matrix.

    Attributes:
        name: unique, with the platform in front.
        platform: who plays.
        video_id: the post that this scenario owns, so that all scenarios can run at once in one world.
        link: what is pasted.
        origin: what the platform does, in words.
        expected: :data:`SUCCESS` or the code of the error.
        act: what the pages of the platform show; a name that its file knows.
        fault: what happens to the media, ``None`` when it arrives.
        hops: the short links on the way.
        limits: what the fetch may take.
        cookies: the operator's cookie file, if any.
    """

    name: str
    platform: SimulatedPlatform
    video_id: str
    link: str
    origin: str
    expected: str = SUCCESS
    act: str = "ok"
    fault: Fault | None = None
    hops: tuple[Hop, ...] = ()
    limits: FetchLimits = PLENTY
    cookies: str | None = field(default=None, repr=False)

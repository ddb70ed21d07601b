"""What a caller may choose about one video."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from clipsight.source.options import FetchLimits, FetchSettings

Profile = Literal["full", "fast"]
"""``full`` decodes every picture; ``fast`` leaves out those that no other picture refers to, where the codec has such."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a video is analysed.

    Attributes:
        max_seconds: longest video that is accepted.
        max_bytes: largest file that is accepted.
        fetch_seconds: longest time that fetching may take.
        profile: ``fast`` trades a little recall and exactness of texts for time.
        contact_sheet: also make one picture of all keyframes.
        fetch: cookies, proxy and the like for links.
        arrived: told the bytes of a fetch so far, and of the whole, None when unknown; before every report of progress.
    """

    max_seconds: int = 180
    max_bytes: int = 200_000_000
    profile: Profile = "full"
    contact_sheet: bool = False
    fetch_seconds: float = 180.0
    fetch: FetchSettings = field(default_factory=FetchSettings)
    arrived: Callable[[int, int | None], None] = lambda _done, _total: None

    @property
    def fetch_limits(self) -> FetchLimits:
        return FetchLimits(self.max_seconds, self.max_bytes, self.fetch_seconds)

"""What a caller may choose about one video."""

from __future__ import annotations

from dataclasses import dataclass, field

from clipsight.source.options import FetchLimits, FetchSettings


@dataclass(frozen=True, slots=True)
class Options:
    """How a video is analysed.

    Attributes:
        max_seconds: longest video that is accepted.
        max_bytes: largest file that is accepted.
        fetch: cookies, proxy and the like for links.
    """

    max_seconds: int = 180
    max_bytes: int = 200_000_000
    fetch: FetchSettings = field(default_factory=FetchSettings)

    @property
    def fetch_limits(self) -> FetchLimits:
        return FetchLimits(max_seconds=self.max_seconds, max_bytes=self.max_bytes)

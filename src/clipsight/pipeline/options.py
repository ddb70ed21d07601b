"""What a caller may choose about one video."""

from __future__ import annotations

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
        profile: ``fast`` trades a little recall and exactness of texts for time.
        contact_sheet: also make one picture of all keyframes.
        fetch: cookies, proxy and the like for links.
    """

    max_seconds: int = 180
    max_bytes: int = 200_000_000
    profile: Profile = "full"
    contact_sheet: bool = False
    fetch: FetchSettings = field(default_factory=FetchSettings)

    @property
    def fetch_limits(self) -> FetchLimits:
        return FetchLimits(max_seconds=self.max_seconds, max_bytes=self.max_bytes)

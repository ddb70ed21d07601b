"""The one post that all simulated platforms show, with text as people and attackers write it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from clipsight.schema.video import Counts

HANDLE: Final = "simulated.user"
DISPLAY_NAME: Final = "Simulated User"
TITLE: Final = "Three minute pasta #dinner"
CAPTION: Final = "Three minute pasta 🍝 <b>no script</b>\u202e\u0007 #dinner"  # a direction override and a bell inside
CLEAN_CAPTION: Final = "Three minute pasta 🍝 <b>no script</b> #dinner"
MUSIC: Final = "original sound"
PUBLISHED: Final = 1_760_000_000  # Unix time
PUBLISHED_AT: Final = datetime.fromtimestamp(PUBLISHED, UTC)
COUNTS: Final = Counts(likes=56, views=1234, comments=8, shares=7, saves=9)

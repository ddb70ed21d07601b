"""Simulated TikTok, Instagram and YouTube, so that the unpatched extractors of yt-dlp can be tested without network.

They follow what the extractors of the pinned version ask for; a newer one may ask for something else, and then the
scenarios fail: that is the early warning.
"""

from __future__ import annotations

from clipsight.testing.platforms.scenarios import SCENARIOS, Scenario
from clipsight.testing.platforms.world import SimulatedPlatforms

__all__ = ["SCENARIOS", "Scenario", "SimulatedPlatforms"]

"""All scenarios: what the platforms do, and what has to come out."""

from __future__ import annotations

from clipsight.testing.platforms.scenarios import instagram, tiktok, youtube
from clipsight.testing.platforms.scenarios.model import SUCCESS, Fault, Hop, Scenario

SCENARIOS: tuple[Scenario, ...] = tiktok.SCENARIOS + instagram.SCENARIOS + youtube.SCENARIOS

__all__ = ["SCENARIOS", "SUCCESS", "Fault", "Hop", "Scenario"]

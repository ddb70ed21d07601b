"""Claims, quotes and times, checked against the evidence they point at."""

from __future__ import annotations

from clipsight.grounding.check import GroundingReport, check_quotes, check_times, ground

__all__ = ["GroundingReport", "check_quotes", "check_times", "ground"]

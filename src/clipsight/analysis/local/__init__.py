"""Rules and extraction: an analysis for every machine, without a model."""

from __future__ import annotations

from clipsight.analysis.local.analyst import LocalAnalyst

__all__ = ["LocalAnalyst"]

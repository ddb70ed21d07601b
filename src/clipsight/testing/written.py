"""Documents written by hand, for tests of everything that reads them."""

from __future__ import annotations

from clipsight.formats.example import Clip, Said, Shown, evidence_of, video_of
from clipsight.schema.analysis import Analysis
from clipsight.schema.result import Document, Usage

__all__ = ["Clip", "Said", "Shown", "document_of", "evidence_of", "silent_analysis", "video_of"]


def document_of(clip: Clip, analysis: Analysis | None = None) -> Document:
    """A whole document; without an analysis, one that claims nothing."""
    return Document(
        schema="clipsight/1",
        video=video_of(clip),
        stages=[],
        evidence=evidence_of(clip),
        analysis=analysis or silent_analysis(),
        format=None,
        result=None,
        usage=Usage(seconds={}, total_seconds=1.0, model=None),
    )


def silent_analysis() -> Analysis:
    """An analysis without a single claim."""
    return Analysis(
        analyst="local",
        summary=None,
        description=None,
        setting=None,
        subjects=[],
        topics=[],
        hooks=[],
        call_to_action=None,
        key_moments=[],
        quotes=[],
        format=None,
        sentiment=None,
        target_audience=None,
        language=None,
    )

"""The analyst that is always there: rules and extraction, no model, no network, the same answer every time."""

from __future__ import annotations

from typing import ClassVar

from clipsight.grounding.passages import passages, sentences
from clipsight.grounding.quotes import quoted
from clipsight.schema.analysis import Analysis, Claim
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart


class LocalAnalyst:
    """See :class:`clipsight.analysis.port.Analyst`. Holds no state."""

    name: ClassVar[str] = "local"

    def analyse(self, video: VideoPart, evidence: Evidence) -> Analysis:
        """What was said and shown, put in order; a claim is made only where evidence bears it."""
        found = sentences(passages(video, evidence))
        summary = (
            Claim(
                text=f"A {video.duration:.0f}-second clip that begins with {quoted(found[0].text)}.",
                evidence=list(found[0].ids),
            )
            if found
            else Claim(text=f"A {video.duration:.0f}-second clip without words.", evidence=[video.id])
        )
        return Analysis(
            analyst=self.name,
            summary=summary,
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
            language=evidence.speech.language,
        )

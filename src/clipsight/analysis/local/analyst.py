"""The analyst that is always there: rules and extraction, no model, no network, the same answer every time."""

from __future__ import annotations

from clipsight.analysis.local.audience import target_audience
from clipsight.analysis.local.call_to_action import call_to_action
from clipsight.analysis.local.description import description
from clipsight.analysis.local.hooks import hooks
from clipsight.analysis.local.kind import kind
from clipsight.analysis.local.material import Material
from clipsight.analysis.local.moments import key_moments
from clipsight.analysis.local.quotes import quotes
from clipsight.analysis.local.sentiment import sentiment
from clipsight.analysis.local.setting import setting
from clipsight.analysis.local.steps import instructions
from clipsight.analysis.local.subjects import subjects
from clipsight.analysis.local.summary import summary
from clipsight.analysis.local.topics import topics
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart


class LocalAnalyst:
    """See :class:`clipsight.analysis.port.Analyst`. Holds no state.

    It reads the clip's words and measurements, and does not look at pictures: what is only seen, it cannot name.
    """

    @property
    def name(self) -> str:
        return "local"

    def analyse(self, video: VideoPart, evidence: Evidence) -> Analysis:
        """What was said and shown, put in order; a claim is made only where evidence bears it."""
        material = Material.of(video, evidence)
        steps = instructions(material)
        format_class = kind(material, steps)
        return Analysis(
            analyst=self.name,
            summary=summary(material, format_class, steps),
            description=description(material),
            setting=setting(material),
            subjects=subjects(material),
            topics=topics(material),
            hooks=hooks(material),
            call_to_action=call_to_action(material),
            key_moments=key_moments(material, steps),
            quotes=quotes(material),
            format=format_class,
            sentiment=sentiment(material),
            target_audience=target_audience(material),
            language=material.language,
        )

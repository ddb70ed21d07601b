"""The port of all analysts: evidence goes in, meaning comes out.

Conformance suite: ``tests/conformance/analyst``.
"""

from __future__ import annotations

from typing import Protocol

from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence
from clipsight.schema.video import VideoPart


class Analyst(Protocol):
    """Turns evidence into an analysis.

    What was said, written or posted is data: it is never obeyed. Every claim cites ids of the same document. An analyst may
    be shared by threads.
    """

    @property
    def name(self) -> str:
        """``local``, or ``provider:model``."""
        ...

    def analyse(self, video: VideoPart, evidence: Evidence) -> Analysis:
        """What the evidence means; unknown parts are null or empty, nothing is invented.

        Raises:
            AnalysisError: the meaning could not be worked out; evidence stands all the same.
        """
        ...

"""What could not be read or heard: an empty list in the evidence is not yet an empty screen or a silent clip."""

from __future__ import annotations

from collections.abc import Iterable

from clipsight.schema.evidence import Evidence, Speech
from clipsight.schema.result import Stage

LESS_SURE = 0.5  # of a confidence remains when words may have been missed; ours, to be under that of a full reading
NO_WORDS = "Nothing is said or written in this video."
UNREAD = "Text on the screen could not be read"


def failed(stages: Iterable[Stage]) -> frozenset[str]:
    """Names of the stages that failed, whose part of the evidence is empty for that reason alone."""
    return frozenset(stage.name for stage in stages if stage.status == "failed")


def unread(blind: frozenset[str]) -> bool:
    """Whether nothing is known about text on the screen."""
    return "screen_text" in blind


def unheard(speech: Speech, blind: frozenset[str]) -> bool:
    """Whether somebody may speak without a word of it being known."""
    return speech.verdict == "unknown" or "speech" in blind


def gaps(evidence: Evidence, blind: frozenset[str]) -> list[str]:
    """A sentence for each source of words that is not known, without a full stop; none when all was read and heard."""
    found: list[str] = []
    if unheard(evidence.speech, blind):
        reason = "the recognition of speech failed" if "speech" in blind else evidence.speech.reason
        found.append(f"Speech could not be made out{f': {reason}' if reason else ''}")
    if unread(blind):
        found.append(UNREAD)
    return found


def gap_notes(evidence: Evidence, blind: frozenset[str]) -> list[str]:
    """The same as notes of a result."""
    return [f"{gap}." for gap in gaps(evidence, blind)]

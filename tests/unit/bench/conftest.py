"""The benchmark is a folder of scripts; its modules find each other by name."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

BENCH = Path(__file__).resolve().parents[3] / "bench"
sys.path.append(str(BENCH))


@pytest.fixture
def wire() -> Callable[..., dict[str, Any]]:
    """Makes a document out of the parts that the scorers read; each is a list, or the words of one segment."""
    return _wire


def _wire(
    texts: list[tuple[str, float, float, float]] | None = None,
    cuts: list[tuple[float, float]] | None = None,
    words: list[tuple[str, float, float]] | None = None,
    kind: str = "speech",
    verdict: str = "speech",
) -> dict[str, Any]:
    shots = [{"start": 0.0, "transition": "start", "transition_seconds": 0.0, "confidence": 1.0}]
    shots += [
        {"start": cut, "transition": "cut", "transition_seconds": 0.0, "confidence": sure} for cut, sure in cuts or ()
    ]
    said = [{"text": text, "start": start, "end": start + 0.1, "confidence": sure} for text, start, sure in words or ()]
    return {
        "video": {"width": 360, "height": 640, "duration": 10.0, "has_audio": True},
        "stages": [],
        "evidence": {
            "shots": shots,
            "screen_text": [
                {"text": text, "start": start, "end": end, "confidence": sure} for text, start, end, sure in texts or ()
            ],
            "speech": {"verdict": verdict, "segments": [{"kind": kind, "words": said}] if said else []},
            "sound": {"regions": [], "tempo_bpm": None},
        },
        "usage": {"seconds": {"decode": 1.0}},
    }

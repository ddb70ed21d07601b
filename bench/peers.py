"""The peers, each in its own process; what they found gets the shape of our document, so that one scorer judges all."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clipsight.testing.scores import SAME_LINE
from clipsight.testing.wording import edit_distance
from measure import Cost
from voices import ROOT

PYTHON = ROOT / "build" / "peers" / "bin" / "python"
TOOLS = Path(__file__).with_name("peer_tools.py")
INSTALL = "bench/peers.sh"
PER_SECOND = {"naive": 1.0, "rapidocr": 2.0, "tesseract": 2.0}
LONGEST = 600  # seconds that one peer may take on one clip
LABELS = {
    "naive": "naive pipeline: a picture per second, RapidOCR, PySceneDetect and Moonshine's library in turn",
    "rapidocr": "RapidOCR 3.10 with its defaults, 2 pictures per second",
    "tesseract": "Tesseract 5, sparse text, 2 pictures per second",
    "scenedetect-content": "PySceneDetect 0.7 content",
    "scenedetect-adaptive": "PySceneDetect 0.7 adaptive",
}

Reading = tuple[float, Sequence[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class PeerRun:
    """What a peer found on a clip, and its cost; ``why_not`` says why there is neither."""

    tool: str
    cost: Cost | None = None
    document: dict[str, Any] | None = None
    stages: dict[str, float] = field(default_factory=dict[str, float])
    why_not: str = ""


def missing(tool: str) -> str:
    """How to get what the tool needs; empty when it is there."""
    if not PYTHON.exists():
        return f"run {INSTALL}"
    if tool == "tesseract" and shutil.which("tesseract") is None:
        return "apt-get install tesseract-ocr"
    return ""


def run_peer(tool: str, clip: Path, seconds: float) -> PeerRun:
    """Run a peer on a clip of that length. A peer that fails is reported as not measured, with its last words."""
    reason = missing(tool)
    if reason:
        return PeerRun(tool, why_not=reason)
    per_second = PER_SECOND.get(tool, 1.0)
    command = [str(PYTHON), str(TOOLS), tool, str(clip), str(per_second)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)
    if done.returncode != 0:
        return PeerRun(
            tool, why_not=f"it failed: {done.stderr.strip().splitlines()[-1] if done.stderr else 'without a word'}"
        )
    found = json.loads(done.stdout.splitlines()[-1])
    cost = Cost(found["wall"], found["cpu"], found["memory"])
    return PeerRun(tool, cost, as_document(found, per_second, seconds), found.get("stages", {}))


def as_document(found: dict[str, Any], per_second: float, seconds: float) -> dict[str, Any]:
    """What a peer printed, in the shape that the scorer reads."""
    shots = [{"transition": "start", "start": 0.0, "transition_seconds": 0.0, "confidence": 1.0}]
    shots += [
        {"transition": "cut", "start": cut, "transition_seconds": 0.0, "confidence": 1.0} for cut in found.get("cuts", ())
    ]
    words = [{"text": word, "start": None, "confidence": 1.0} for word in found.get("words", ())]
    return {
        "evidence": {
            "shots": shots,
            "screen_text": rows(found.get("readings", ()), 1 / per_second, seconds),
            "speech": {
                "verdict": "speech" if words else "none",
                "segments": [{"kind": "speech", "words": words}] if words else [],
            },
            "sound": None,
        }
    }


def rows(readings: Sequence[Reading], step: float, end: float) -> list[dict[str, Any]]:
    """One row per line that is read in pictures that follow each other; it lasts until the next picture without it.

    Args:
        readings: moments in order, with the lines read there.
        step: seconds between two pictures.
        end: seconds until the end of the clip.
    """
    done: list[dict[str, Any]] = []
    live: list[dict[str, Any]] = []
    for moment, lines in readings:
        seen: list[dict[str, Any]] = []
        for text, score in lines:
            row = next((row for row in live if _same(row["text"], text)), None)
            if row is None:
                row = {"text": text, "start": moment, "confidence": score}
            else:
                live.remove(row)
                if score > row["confidence"]:
                    row["text"], row["confidence"] = text, score
            row["end"] = min(end, moment + step)
            seen.append(row)
        done.extend(live)
        live = seen
    return sorted([row for row in [*done, *live] if row["text"].strip()], key=lambda row: row["start"])


def _same(one: str, other: str) -> bool:
    return edit_distance(one.casefold(), other.casefold()) <= SAME_LINE * max(len(one), len(other))

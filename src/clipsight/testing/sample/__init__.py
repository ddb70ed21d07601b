"""The bundled sample: a short recipe video that never was, with its truth.

``python -m clipsight.testing.sample`` renders it again. Reading it here needs nothing that rendering needs.
"""

from __future__ import annotations

from pathlib import Path

from clipsight.testing.truth import Truth

FOLDER = Path(__file__).parent
SAMPLE = FOLDER / "sample.mp4"
TRUTH = FOLDER / "truth.json"


def load_truth() -> Truth:
    """What is true of :data:`SAMPLE`."""
    return Truth.load(TRUTH)

"""Renders the tiny clip on which a perception process rehearses before it locks itself in.

``python -m clipsight.testing.rehearsal`` writes it. It has everything that makes a library load something late: a picture,
a text, a cut, sound.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from clipsight.testing.clips import ClipRecipe, Shot, render
from clipsight.testing.overlays import Overlay
from clipsight.testing.scenes import Backdrop
from clipsight.testing.sounds import Music

REHEARSAL = Path(__file__).resolve().parents[1] / "pipeline" / "rehearsal.mp4"

RECIPE = ClipRecipe(
    shots=(Shot(Backdrop(1), 0.5), Shot(Backdrop(2), 0.5)),
    texts=(Overlay("clipsight", 0.1, 0.9),),
    sounds=(Music(0.0, 1.0),),
    size=(144, 256),
    fps=Fraction(10),
)


if __name__ == "__main__":
    render(RECIPE, REHEARSAL)

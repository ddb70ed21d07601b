"""Clips as code: a recipe says what is shown and heard, rendering it gives the file and its truth.

>>> recipe = ClipRecipe(shots=(Shot(Backdrop(1), 2), Shot(Backdrop(2), 2)), texts=(Overlay("Hello", 0.5, 3.5),))
>>> recipe.truth().cuts
(Instant(us=2000000),)

This is the front door; needs Pillow, which only the development environment promises. The truth and the scorer do not.
"""

from __future__ import annotations

from clipsight.testing.encode import Encoding
from clipsight.testing.karaoke import Karaoke
from clipsight.testing.overlays import Overlay, Style
from clipsight.testing.rendering import ClipRecipe, Shot, render
from clipsight.testing.scenes import Backdrop, Camera, Painted, Plain, Scene
from clipsight.testing.sounds import Music, Noise, SoundPart, Spoken
from clipsight.testing.truth import Truth
from clipsight.testing.wrong_inputs import wrong_inputs

__all__ = [
    "Backdrop",
    "Camera",
    "ClipRecipe",
    "Encoding",
    "Karaoke",
    "Music",
    "Noise",
    "Overlay",
    "Painted",
    "Plain",
    "Scene",
    "Shot",
    "SoundPart",
    "Spoken",
    "Style",
    "Truth",
    "render",
    "wrong_inputs",
]

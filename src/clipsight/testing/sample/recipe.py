"""The sample's story: garlic sesame noodles in 28 seconds, told in seven shots."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from clipsight.testing.encode import Encoding
from clipsight.testing.overlays import Overlay, Style
from clipsight.testing.rendering import ClipRecipe, Shot
from clipsight.testing.sample import kitchen
from clipsight.testing.sample.speech import spoken
from clipsight.testing.sounds import Music, Noise

LATO = Path("/usr/share/fonts/truetype/lato")  # Debian's fonts-lato
BLACK = (20, 18, 16)
CREAM = (255, 248, 232)
YELLOW = (255, 211, 56)
SHADOW = ((20, 14, 10), 0.09)


def font(name: str) -> Path | None:
    """A cut of Lato, or None (the face inside Pillow) where Lato is not installed; the clip then looks a little plainer."""
    path = LATO / f"Lato-{name}.ttf"
    return path if path.exists() else None


def texts() -> tuple[Overlay, ...]:
    """Eleven overlays; all fade in and out."""
    title = Style(0.047, font("Black"), CREAM, SHADOW)
    plate = Style(0.027, font("Bold"), BLACK, None, plate=CREAM)
    item = Style(0.031, font("Bold"), BLACK, None, plate=(255, 255, 255), plate_opacity=0.86)
    step = Style(0.040, font("Black"), (255, 255, 255), SHADOW)
    price = Style(0.052, font("Black"), BLACK, None, plate=YELLOW)
    return (
        Overlay("GARLIC SESAME\nNOODLES", 0.35, 3.15, (0.5, 0.165), title, 0.3, 0.25),
        Overlay("Ready in 10 minutes \U0001f35c", 1.10, 3.20, (0.5, 0.262), plate, 0.25, 0.2),
        Overlay("200 g noodles", 4.35, 9.75, (0.5, 0.120), item, 0.3, 0.3),
        Overlay("4 cloves garlic", 6.05, 9.75, (0.5, 0.192), item, 0.3, 0.3),
        Overlay("3 tbsp sesame oil", 7.45, 9.75, (0.5, 0.264), item, 0.3, 0.3),
        Overlay("Sizzle for 1 minute", 11.80, 13.95, (0.5, 0.60), step, 0.25, 0.25),
        Overlay("Boil noodles\n8 minutes", 14.45, 16.95, (0.5, 0.155), step, 0.3, 0.25),
        Overlay("Toss and serve hot", 17.45, 19.70, (0.5, 0.175), step, 0.25, 0.25),
        Overlay("Only $4.99", 21.20, 23.55, (0.42, 0.230), price, 0.2, 0.2),
        Overlay("Follow for more recipes", 24.25, 27.75, (0.5, 0.150), step, 0.3, 0.2),
        Overlay("@noodle.lab", 24.80, 27.75, (0.5, 0.215), plate, 0.3, 0.2),
    )


def recipe() -> ClipRecipe:
    """The whole clip: 1080 x 1920, 30 pictures per second, 28 s."""
    return ClipRecipe(
        shots=(
            Shot(kitchen.opening(), 3.4),
            Shot(kitchen.ingredients(), 6.6),
            Shot(kitchen.sizzling(), 4.2),
            Shot(kitchen.boiling(), 3.0),
            Shot(kitchen.tossing(), 3.0),
            Shot(kitchen.served(), 3.6, "dissolve", 0.6),
            Shot(kitchen.lifting(), 4.2),
        ),
        texts=texts(),
        sounds=(
            *spoken(),
            Music(14.35, 13.55, bpm=112, gain=0.55, fade=0.8, softer=(6.1, 0.16)),
            Noise(0, 28, gain=0.002),
        ),
        size=(1080, 1920),
        fps=Fraction(30),
        grain=1.3,
        encoding=Encoding(crf=29, audio_bit_rate=128_000, options={"preset": "slow", "g": "90"}),
    )

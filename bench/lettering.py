"""Captions as recipes need them: phrases in a row, single words in a row, and faces of type that may be on this machine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from clipsight.testing.clips import Karaoke, Overlay, Style

TYPEFACES = Path("/usr/share/fonts/truetype")
FACES = {
    "Lato Black": TYPEFACES / "lato/Lato-Black.ttf",
    "Lato Italic": TYPEFACES / "lato/Lato-BoldItalic.ttf",
    "Open Sans": TYPEFACES / "open-sans/OpenSans-Semibold.ttf",
    "DejaVu Serif": TYPEFACES / "dejavu/DejaVuSerif-Bold.ttf",
    "DejaVu Mono": TYPEFACES / "dejavu/DejaVuSansMono-Bold.ttf",
    "Roboto Black": TYPEFACES / "roboto/unhinted/RobotoTTF/Roboto-Black.ttf",
    "Liberation Sans": TYPEFACES / "liberation2/LiberationSans-Bold.ttf",
    "Liberation Serif": TYPEFACES / "liberation2/LiberationSerif-Bold.ttf",
    "Bebas Neue": TYPEFACES.parent / "opentype/bebas-neue/BebasNeue-Bold.otf",
    "Lobster": TYPEFACES.parent / "opentype/lobster/lobster.otf",
    "Zen Hei": TYPEFACES / "wqy/wqy-zenhei.ttc",
    "Noto Cyrillic": TYPEFACES / "noto/NotoSans-Bold.ttf",
    "Noto Arabic": TYPEFACES / "noto/NotoSansArabic-Bold.ttf",
    "Noto Devanagari": TYPEFACES / "noto/NotoSansDevanagari-Bold.ttf",
    "Noto Thai": TYPEFACES / "noto/NotoSansThai-Bold.ttf",
}
PACKAGES = (
    "fonts-lato fonts-open-sans fonts-dejavu-core fonts-roboto-unhinted fonts-liberation2 fonts-bebas-neue fonts-lobster "
    "fonts-wqy-zenhei fonts-noto-core"
)


def face(name: str) -> Path | None:
    """The file of a typeface, or None, which is Pillow's own, where Debian's package is not installed."""
    file = FACES[name]
    return file if file.exists() else None


def missing_faces() -> list[str]:
    return [name for name, file in FACES.items() if not file.exists()]


def in_a_row(
    phrases: tuple[str, ...], start: float, seconds: tuple[float, ...], first: Overlay, gap: float = 0.0
) -> tuple[Overlay, ...]:
    """One phrase after the other in the place and style of ``first``, sudden as captions are; lengths take turns."""
    made: list[Overlay] = []
    for number, phrase in enumerate(phrases):
        end = start + seconds[number % len(seconds)]
        made.append(replace(first, text=phrase, start=round(start, 3), end=round(end, 3), fade_in=0, fade_out=0))
        start = end + gap
    return tuple(made)


def sung(sentences: tuple[str, ...], start: float, first: Karaoke, pause: float = 0.0) -> tuple[Karaoke, ...]:
    """Karaoke: one phrase after the other in the kind, place and style of ``first``, with a pause between them."""
    made: list[Karaoke] = []
    for sentence in sentences:
        made.append(replace(first, text=sentence, start=round(start, 3)))
        start = made[-1].visible.end.seconds + pause
    return tuple(made)


def plain(size: float, colour: tuple[int, int, int] = (255, 255, 255), font: str | None = None) -> Style:
    """Letters with a dark outline."""
    return Style(size=size, colour=colour, font=None if font is None else face(font))

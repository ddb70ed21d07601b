"""Text drawn over a clip, as short-video editors draw it: outlined, on a plate, with emoji, fading in and out.

Without a font the TrueType face that Pillow carries inside is used, so that rendering needs no font files.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from clipsight.testing.painting import Picture
from clipsight.testing.truth import Box, TextTruth
from clipsight.timeline import Span

Rgb = tuple[int, int, int]
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

EMOJI_FOLDER = Path(__file__).parent / "emoji"  # pictures of Noto Emoji, named by code point in hex
FIRST_EMOJI = 0x1F000
LINE_STEP = 1.22  # distance of lines in letter sizes


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look.

    Attributes:
        size: height of the letters (em) as a fraction of the picture's height.
        font: a TrueType file, or None for the face inside Pillow.
        colour: of the letters.
        outline: colour and width (fraction of the letter size) of an outline.
        plate: colour of a rounded box behind the text.
        plate_opacity: 0..1.
        tilt: degrees, counter-clockwise.
    """

    size: float = 0.04
    font: Path | None = None
    colour: Rgb = (255, 255, 255)
    outline: tuple[Rgb, float] | None = ((0, 0, 0), 0.08)
    plate: Rgb | None = None
    plate_opacity: float = 0.9
    tilt: float = 0


@dataclass(frozen=True, slots=True)
class Overlay:
    r"""One text on the screen.

    Attributes:
        text: lines separated by ``\n``; an emoji is drawn in colour if :data:`EMOJI_FOLDER` has it.
        start: seconds when the fade-in begins.
        end: seconds when the fade-out is over.
        at: centre as fractions of the picture.
        style: how it looks.
        fade_in: seconds, 0 for a sudden start.
        fade_out: seconds, 0 for a sudden end.
    """

    text: str
    start: float
    end: float
    at: tuple[float, float] = (0.5, 0.2)
    style: Style = Style()
    fade_in: float = 0.2
    fade_out: float = 0.2

    def opacity(self, seconds: float) -> float:
        """0 outside, 1 between the fades, linear in them."""
        if not self.start <= seconds < self.end:
            return 0
        rise = 1.0 if self.fade_in == 0 else (seconds - self.start) / self.fade_in
        fall = 1.0 if self.fade_out == 0 else (self.end - seconds) / self.fade_out
        return max(0.0, min(1.0, rise, fall))

    @property
    def visible(self) -> Span:
        """From half visible to half gone."""
        return Span.from_seconds(self.start + self.fade_in / 2, self.end - self.fade_out / 2)


class Laid:
    """A picture with transparency that is ready to be laid over pictures of one size.

    Args:
        patch: colours and transparency.
        solid: the part of the patch that must lie inside the picture: left, top, right, bottom.
        at: where the centre of the patch lies, as fractions of the picture.
        size: width and height of the picture in pixels.

    Raises:
        ValueError: the solid part does not fit.

    Attributes:
        place: left and top of the patch in pixels of the picture.
    """

    def __init__(
        self, patch: Image.Image, solid: tuple[int, int, int, int], at: tuple[float, float], size: tuple[int, int]
    ) -> None:
        left, top = (round(part * whole - own / 2) for part, whole, own in zip(at, size, patch.size, strict=True))
        if left + solid[0] < 0 or top + solid[1] < 0 or left + solid[2] > size[0] or top + solid[3] > size[1]:
            raise ValueError("it does not fit the picture")
        self.place = left, top
        # what is left outside is empty
        crop = max(0, -left), max(0, -top), min(patch.width, size[0] - left), min(patch.height, size[1] - top)
        pixels = np.asarray(patch.crop(crop), np.float32)
        self._corner = left + crop[0], top + crop[1]
        self._colour: NDArray[np.float32] = pixels[..., :3]
        self._alpha: NDArray[np.float32] = np.asarray(pixels[..., 3:] / 255, np.float32)

    def lay_over(self, picture: Picture, opacity: float) -> None:
        """Draw into ``picture``; ``opacity`` is 0..1."""
        if opacity <= 0:
            return
        (left, top), (height, width) = self._corner, self._alpha.shape[:2]
        part = picture[top : top + height, left : left + width]
        part[:] = np.asarray(part + self._alpha * opacity * (self._colour - part), np.uint8)


class DrawnText:
    """An overlay rasterised once for a picture size, ready to be laid over pictures.

    Args:
        overlay: what to draw.
        size: width and height of the picture in pixels.

    Raises:
        ValueError: the overlay has an emoji without a picture, or it does not fit the clip.
    """

    def __init__(self, overlay: Overlay, size: tuple[int, int]) -> None:
        self.overlay = overlay
        self.size = size
        patch, ink = _drawn(overlay, size[1])
        solid = ink if overlay.style.plate is None else (0, 0, patch.width, patch.height)
        try:
            self._laid = Laid(patch, solid, overlay.at, size)
        except ValueError:
            raise ValueError(f"the text {overlay.text!r} does not fit the picture") from None
        left, top = self._laid.place
        self._ink = ink[0] + left, ink[1] + top, ink[2] + left, ink[3] + top

    def lay_over(self, picture: Picture, seconds: float) -> None:
        """Draw into ``picture`` at the opacity of that moment."""
        self._laid.lay_over(picture, self.overlay.opacity(seconds))

    def truth(self) -> TextTruth:
        return TextTruth(self.overlay.text, self.overlay.visible, box_of(self._ink, self.size))


def box_of(ink: tuple[int, int, int, int], size: tuple[int, int]) -> Box:
    """Left, top, right and bottom in pixels as the box of a truth."""
    (left, top, right, bottom), (width, height) = ink, size
    return (
        round(left / width, 4),
        round(top / height, 4),
        round((right - left) / width, 4),
        round((bottom - top) / height, 4),
    )


class Pen:
    """Letters of one style at one size."""

    def __init__(self, style: Style, height: int) -> None:
        self.style = style
        self.em = style.size * height
        self.font: Font
        if style.font is None:
            self.font = ImageFont.load_default(self.em)
        else:
            self.font = ImageFont.truetype(str(style.font), self.em)

    def advance(self, line: str) -> float:
        """Width of a line in pixels."""
        return sum(
            sum(_emoji(letter, self.em).width for letter in run) if is_emoji else self.font.getlength(run)
            for run, is_emoji in _runs(line)
        )

    def draw(self, image: Image.Image, line: str, left: float, middle: float) -> None:
        """One line, letters and emoji side by side."""
        for run, is_emoji in _runs(line):
            if is_emoji:
                for letter in run:
                    picture = _emoji(letter, self.em)
                    image.alpha_composite(picture, (round(left), round(middle - picture.height / 2)))
                    left += picture.width
            else:
                self._letters(image, run, left, middle)
                left += self.font.getlength(run)

    def _letters(self, image: Image.Image, run: str, left: float, middle: float) -> None:
        outline = self.style.outline
        ImageDraw.Draw(image).text(
            (left, middle),
            run,
            fill=self.style.colour,
            font=self.font,
            anchor="lm",
            stroke_width=0 if outline is None else max(1, round(outline[1] * self.em)),
            stroke_fill=None if outline is None else outline[0],
        )


def _drawn(overlay: Overlay, height: int) -> tuple[Image.Image, tuple[int, int, int, int]]:
    """The text as RGBA and the box of its letters inside it."""
    style, pen = overlay.style, Pen(overlay.style, height)
    lines = overlay.text.split("\n")
    widths = [pen.advance(line) for line in lines]
    pad_x, pad_y, step = math.ceil(pen.em * 0.5), math.ceil(pen.em * 0.34), pen.em * LINE_STEP
    size = math.ceil(max(widths)) + 2 * pad_x, math.ceil(step * len(lines)) + 2 * pad_y
    letters = Image.new("RGBA", size, (0, 0, 0, 0))
    for number, (line, width) in enumerate(zip(lines, widths, strict=True)):
        pen.draw(letters, line, (size[0] - width) / 2, pad_y + step * (number + 0.5))
    patch = letters
    if style.plate is not None:
        patch = Image.new("RGBA", size, (0, 0, 0, 0))
        fill = (*style.plate, round(255 * style.plate_opacity))
        ImageDraw.Draw(patch).rounded_rectangle((0, 0, size[0] - 1, size[1] - 1), round(pen.em * 0.3), fill=fill)
        patch.alpha_composite(letters)
    if style.tilt:
        patch, letters = (image.rotate(style.tilt, Image.Resampling.BICUBIC, expand=True) for image in (patch, letters))
    return patch, ink_of(letters)


def ink_of(letters: Image.Image) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is more solid than transparent."""
    ink = letters.getchannel("A").point([0] * 128 + [255] * 128).getbbox()
    assert ink is not None
    return ink


def _runs(line: str) -> list[tuple[str, bool]]:
    """The line cut into stretches of letters and of emoji."""
    runs: list[tuple[str, bool]] = []
    for letter in line:
        is_emoji = ord(letter) >= FIRST_EMOJI
        if runs and runs[-1][1] == is_emoji:
            runs[-1] = (runs[-1][0] + letter, is_emoji)
        else:
            runs.append((letter, is_emoji))
    return runs


def _emoji(letter: str, em: float) -> Image.Image:
    """The emoji in colour, a little higher than a capital letter."""
    file = EMOJI_FOLDER / f"{ord(letter):x}.png"
    if not file.exists():
        raise ValueError(f"there is no picture of the emoji {letter}")
    with Image.open(file) as stored:
        image = stored.convert("RGBA")
    scale = em * 1.1 / image.height
    return image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)

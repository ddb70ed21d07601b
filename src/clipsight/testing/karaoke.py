"""Captions that follow the voice word by word, in the ways that editors of short videos offer.

What a viewer counts is the phrase, so that is what is true of such a caption, however its words come and go.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from PIL import Image, ImageDraw

from clipsight.testing.overlays import LINE_STEP, Laid, Pen, Rgb, Style, box_of, ink_of
from clipsight.testing.painting import Picture
from clipsight.testing.truth import TextTruth
from clipsight.timeline import Span

OUTLINED = Style()
Kind = Literal["lit", "boxed", "appended", "centred", "replaced", "bouncing"]

SWELL = ((0.0, 0.6), (0.04, 0.85), (0.08, 1.05), (0.12, 1.12), (0.16, 1.0))  # seconds after a word, scale of its letters


@dataclass(frozen=True, slots=True)
class Karaoke:
    r"""One phrase, word by word.

    Attributes:
        text: words, the lines separated by ``\n``.
        start: seconds when the first word begins.
        seconds: how long words last; lengths take turns.
        kind: ``lit``: all words stand, the one that is said has another colour; ``boxed``: it has a plate behind it;
            ``appended``: each word appears in its place and stays; ``centred``: the same, and the line stays in the middle;
            ``replaced``: ``group`` words stand alone, then the next ones; ``bouncing``: the same, and they swell.
        at: centre as fractions of the picture.
        style: how letters look; its plate is not drawn.
        colour: of the word that is said, or of the plate behind it.
        group: words at a time, for the kinds that replace them.
        stays: seconds for which the last state stays longer.
    """

    text: str
    start: float
    seconds: tuple[float, ...] = (0.3,)
    kind: Kind = "lit"
    at: tuple[float, float] = (0.5, 0.7)
    style: Style = OUTLINED
    colour: Rgb = (255, 220, 40)
    group: int = 1
    stays: float = 0.0

    @property
    def moments(self) -> list[float]:
        """Seconds at which the words begin, and the end of the last one."""
        moments = [self.start]
        for number in range(len(self.text.split())):
            moments.append(round(moments[-1] + self.seconds[number % len(self.seconds)], 3))
        return moments

    @property
    def visible(self) -> Span:
        """From the first word to the end of the last."""
        return Span.from_seconds(self.start, self.moments[-1] + self.stays)

    @property
    def phrase(self) -> str:
        """What a viewer reads: lines where they stand together, one line where words replace each other."""
        return " ".join(self.text.split()) if self.kind in ("replaced", "bouncing") else self.text


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    shown: bool = True
    lit: bool = False


@dataclass(frozen=True, slots=True)
class _State:
    """What stands from a moment on."""

    start: float
    lines: tuple[tuple[_Word, ...], ...]
    scale: float = 1.0


class DrawnKaraoke:
    """A phrase rasterised once for a picture size, ready to be laid over pictures.

    Raises:
        ValueError: it does not fit the clip.
    """

    def __init__(self, karaoke: Karaoke, size: tuple[int, int]) -> None:
        self.karaoke, self.size = karaoke, size
        self._states: list[tuple[float, Laid]] = []
        inks: list[tuple[int, int, int, int]] = []
        for state in _states(karaoke):
            patch = _drawn(karaoke, state, size[1])
            ink = ink_of(patch)
            try:
                laid = Laid(patch, ink, karaoke.at, size)
            except ValueError:
                raise ValueError(f"the text {karaoke.text!r} does not fit the picture") from None
            self._states.append((state.start, laid))
            left, top = laid.place
            inks.append((ink[0] + left, ink[1] + top, ink[2] + left, ink[3] + top))
        lows, highs = ([low(edge) for edge in zip(*inks, strict=True)] for low in (min, max))
        self._ink = lows[0], lows[1], highs[2], highs[3]

    def lay_over(self, picture: Picture, seconds: float) -> None:
        """Draw into ``picture`` what stands at that moment."""
        visible = self.karaoke.visible
        if not visible.start.seconds <= seconds < visible.end.seconds:
            return
        current = [laid for start, laid in self._states if start <= seconds]
        if current:
            current[-1].lay_over(picture, 1.0)

    def truth(self) -> TextTruth:
        return TextTruth(self.karaoke.phrase, self.karaoke.visible, box_of(self._ink, self.size))


def _states(karaoke: Karaoke) -> list[_State]:
    moments, lines = karaoke.moments, [line.split() for line in karaoke.text.split("\n")]
    count = len(moments) - 1
    if karaoke.kind in ("replaced", "bouncing"):
        words = karaoke.text.split()
        swell = SWELL if karaoke.kind == "bouncing" else ((0.0, 1.0),)
        states: list[_State] = []
        for first, after in pairwise([*range(0, count, karaoke.group), count]):
            row = tuple(_Word(word) for word in words[first:after])
            states += [_State(moments[first] + late, (row,), scale) for late, scale in swell]
        return states
    return [_State(moments[said], _standing(karaoke, lines, said)) for said in range(count)]


def _standing(karaoke: Karaoke, lines: list[list[str]], said: int) -> tuple[tuple[_Word, ...], ...]:
    """All words in their lines, while the word of that number is said."""
    number, rows = 0, list[tuple[_Word, ...]]()
    for line in lines:
        row: list[_Word] = []
        for word in line:
            shown = karaoke.kind in ("lit", "boxed") or number <= said
            if shown or karaoke.kind == "appended":
                row.append(_Word(word, shown, number == said and karaoke.kind in ("lit", "boxed")))
            number += 1
        rows.append(tuple(row))
    return tuple(rows)


def _drawn(karaoke: Karaoke, state: _State, height: int) -> Image.Image:
    style = replace(karaoke.style, size=karaoke.style.size * state.scale, plate=None)
    pen = Pen(style, height)
    lit = Pen(replace(style, colour=karaoke.colour), height) if karaoke.kind == "lit" else pen
    widths = [pen.advance(" ".join(word.text for word in line)) for line in state.lines]
    step, pad = pen.em * LINE_STEP, pen.em * 0.5
    image = Image.new("RGBA", (round(max(widths) + 2 * pad), round(step * len(widths) + 2 * pad)), (0, 0, 0, 0))
    for number, (line, width) in enumerate(zip(state.lines, widths, strict=True)):
        left, middle = (image.width - width) / 2, pad + step * (number + 0.5)
        for word in line:
            wide = pen.advance(word.text)
            if word.lit and karaoke.kind == "boxed":
                room = pen.em * 0.12
                plate = (left - room, middle - pen.em * 0.55, left + wide + room, middle + pen.em * 0.55)
                ImageDraw.Draw(image).rounded_rectangle(plate, round(pen.em * 0.2), fill=(*karaoke.colour, 255))
            if word.shown:
                (lit if word.lit else pen).draw(image, word.text, left, middle)
            left += wide + pen.advance(" ")
    return image

"""Recipes that nobody tunes on. Other typefaces, footage, sizes, rates and codecs than :mod:`tuning`."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from clipsight.testing.clips import Camera, ClipRecipe, Encoding, Karaoke, Overlay, Scene, Shot, Style
from footage import Bricks, Flashing, Leaves, Street, Water, Whipped
from lettering import in_a_row, plain, sung

PHRASES = (
    "Wait, what happened here?", "We bought a van", "for nine hundred euros", "It had no engine", "and a family of mice",
    "So we got to work", "Day one: the floor", "Day four: insulation", "My brother built the bed", "I did the wiring",
    "(do not copy my wiring)", "Then it rained inside", "Every. Single. Night.", "But look at it now", "Home for two years",
)  # fmt: skip
PLATE = Style(size=0.03, colour=(255, 255, 255), outline=None, plate=(25, 60, 140), plate_opacity=0.85)
HEVC, VP9, AV1 = (
    Encoding("libx265", crf=26),
    Encoding("libvpx-vp9", "libopus", crf=32),
    Encoding("libsvtav1", "libopus", crf=34),
)


def dense() -> ClipRecipe:
    """20 s in HEVC at 25 pictures per second, full of text in three typefaces."""
    shots = (
        Shot(Street(1), 4.0),
        Shot(Leaves(2), 4.0),
        Shot(Water(3), 4.0, "dissolve", 0.8),
        Shot(Bricks(4), 4.0),
        Shot(Street(5), 4.0, "dissolve", 0.5),
    )
    low = Overlay("", 0, 0, at=(0.5, 0.72), style=plain(0.03, font="Lato Black"))
    texts = (
        Overlay("OUR VAN STORY", 0.4, 4.6, at=(0.5, 0.1), style=plain(0.046, font="DejaVu Serif")),
        Overlay("What it cost us:\nVan 900\nTimber 340\nPaint 75", 5.2, 10.8, at=(0.5, 0.3), style=_in(PLATE, "Open Sans")),
        Overlay("vanlife.diary", 0, 20, at=(0.2, 0.95), style=plain(0.018, font="Open Sans"), fade_in=0, fade_out=0),
        Overlay("Part 1 of 3", 11.4, 15.0, at=(0.7, 0.2), style=plain(0.034, (255, 170, 60), "Lato Italic"), fade_in=0.5),
        Overlay("subscribe for part 2", 16.0, 19.6, at=(0.5, 0.5), style=plain(0.036, (255, 120, 200), "DejaVu Mono")),
        *in_a_row(PHRASES, 0.9, (1.3, 1.0, 1.15), low, 0.08),
    )
    return ClipRecipe(shots, texts, (), (1080, 1920), Fraction(25), grain=4.0, encoding=HEVC)


def shots_tall() -> ClipRecipe:
    """VP9 at 24 pictures per second: cuts, dissolves, fades, two flashes, a whip pan, pop-ups."""
    made = (
        Shot(Street(11), 2.0),
        Shot(Leaves(12), 1.5),
        Shot(Water(13), 2.0, "dissolve", 0.5),
        Shot(Flashing(Bricks(14), (0.7,)), 2.0),
        Shot(Street(15), 1.0),
        Shot(Whipped(Street(16), 0.8), 2.0),
        Shot(Leaves(17), 2.0, "dissolve", 1.0),
        Shot(Water(18), 2.0, "fade", 0.6),
        Shot(Flashing(Street(19), (0.6, 0.9)), 2.0),
        Shot(Leaves(20), 1.2),
        Shot(Street(21), 2.0, "dissolve", 0.7),
        Shot(Bricks(22), 2.0, "fade", 1.0),
        Shot(Street(23, camera=Camera(zoom=(1.4, 0.0))), 1.3),
    )
    return ClipRecipe(made, _pop_ups((0.7, 4.9, 13.6)), (), (720, 1280), Fraction(24), encoding=VP9)


def shots_wide() -> ClipRecipe:
    """Landscape, 60 pictures per second: a punch-in on the same place is a cut, a zoom is none."""
    place = Street(31, size=(960, 540), camera=Camera(zoom=(1.0, 0.05)))
    close = Street(31, size=(960, 540), camera=Camera(zoom=(2.0, 0.02), pan=(80, 40)))
    made = (
        Shot(place, 2.0),
        Shot(close, 1.5),
        Shot(place, 1.5),
        Shot(Leaves(32, size=(960, 540)), 2.0, "dissolve", 0.8),
        Shot(Bricks(33, size=(960, 540)), 1.5),
        Shot(Whipped(Leaves(34, size=(960, 540)), 0.7), 1.8),
        Shot(Water(35, size=(480, 270)), 1.7),
    )
    return ClipRecipe(made, _pop_ups((2.6, 7.6)), (), (1280, 720), Fraction(60))


def shots_mixed() -> ClipRecipe:
    """AV1: dissolves from 0.2 to 1.5 s and fades from 0.4 to 1.4 s under a title that stays, a flash, a whip, pop-ups."""
    made = (
        Shot(Leaves(111), 2.2),
        Shot(Street(112), 2.0, "dissolve", 0.2),
        Shot(Bricks(113), 2.4, "dissolve", 1.5),
        Shot(Leaves(114), 2.2, "fade", 0.4),
        Shot(Street(115), 1.6),
        Shot(Whipped(Bricks(116), 0.9, 0.4), 2.4, "dissolve", 0.35),
        Shot(Street(117), 2.4, "fade", 1.4),
        Shot(Flashing(Leaves(118), (1.2,), 0.1), 2.4, "dissolve", 0.9),
        Shot(Water(119), 2.0),
        Shot(Street(120), 2.2, "dissolve", 0.6),
    )
    title = Overlay("SIX HOUSES\nONE DAY", 0.4, 21.0, at=(0.5, 0.2), style=_in(PLATE, "Lato Black"))
    return ClipRecipe(made, (title, *_pop_ups((7.4, 13.0))), (), (540, 960), Fraction(30), encoding=AV1)


def shots_turned() -> ClipRecipe:
    """Pictures at irregular times, stored turned, on a clock that begins late."""
    made = (
        Shot(Street(131), 2.0),
        Shot(Leaves(132), 1.8, "dissolve", 0.5),
        Shot(Bricks(133), 2.0),
        Shot(Street(134), 2.2, "dissolve", 1.0),
        Shot(Leaves(135), 2.0, "fade", 0.8),
        Shot(Street(136), 1.6),
        Shot(Bricks(137), 2.0, "dissolve", 0.3),
    )
    steps = np.random.default_rng(8).choice((1 / 60, 1 / 30, 1 / 24, 1 / 15), 600)
    times = tuple(round(float(time), 4) for time in np.cumsum(steps) - steps[0] if time < 13.6)
    encoding = Encoding(crf=26, rotation=90, offset=1.2)
    return ClipRecipe(made, _pop_ups((2.6, 8.4)), (), (540, 960), Fraction(30), times, encoding=encoding)


def captions() -> ClipRecipe:
    """AV1: phrases in a typeface with serifs over restless footage."""
    shots = (Shot(Leaves(41), 5.0), Shot(Street(42), 5.0), Shot(Water(43), 4.0), Shot(Bricks(44), 4.0))
    low = Overlay("", 0, 0, at=(0.5, 0.66), style=plain(0.036, (255, 250, 200), "DejaVu Serif"))
    texts = (
        Overlay("THE RED VAN", 0.4, 17.4, at=(0.5, 0.08), style=plain(0.044, font="Open Sans")),
        *in_a_row(PHRASES, 0.6, (0.8, 1.1, 1.3), low, 0.06),
    )
    return ClipRecipe(shots, texts, (), (720, 1280), Fraction(30), encoding=AV1)


def text_over_cuts() -> ClipRecipe:
    """HEVC: two texts that stay while the footage under them changes five times."""
    scenes: tuple[Scene, ...] = (Street(51), Leaves(52), Bricks(53), Water(54), Street(55), Leaves(56))
    texts = (
        Overlay("5 places to sleep\nfor free", 0.6, 11.2, at=(0.5, 0.22), style=_in(PLATE, "Lato Black")),
        Overlay("number four is illegal", 1.2, 10.4, at=(0.5, 0.8), style=plain(0.03, font="Lato Italic")),
        Overlay("probably", 5.2, 8.3, at=(0.5, 0.5), style=plain(0.05, (255, 80, 80), "DejaVu Mono")),
    )
    return ClipRecipe(tuple(Shot(scene, 2.0) for scene in scenes), texts, (), (540, 960), Fraction(30), encoding=HEVC)


def brief() -> ClipRecipe:
    """Texts that are there for 0.4 s, 25 pictures per second."""
    spots = ((0.5, 0.25), (0.35, 0.5), (0.62, 0.62), (0.5, 0.8), (0.45, 0.4))
    names = ("engine", "brakes", "Windows", "HEATER", "timber", "kitchen", "sofa bed", "curtains", "Roof rack", "done!")
    fonts = ("Lato Black", "Open Sans", "DejaVu Serif")
    texts = tuple(
        Overlay(
            word, 0.8 + number * 1.1, 1.2 + number * 1.1, spots[number % 5],
            plain(0.045, font=fonts[number % 3]), fade_in=0, fade_out=0,
        )
        for number, word in enumerate(names)
    )  # fmt: skip
    return ClipRecipe(
        (Shot(Leaves(61), 4.0), Shot(Street(62), 4.0), Shot(Water(63), 4.0)), texts, (), (720, 1280), Fraction(25)
    )


def karaoke() -> ClipRecipe:
    """One word at a time, 50 pictures per second."""
    style = plain(0.05, (120, 255, 120), "Lato Black")
    first = Karaoke("", 0, (0.34, 0.3, 0.42), "replaced", at=(0.5, 0.6), style=style)
    last = Karaoke("", 0, (0.3, 0.4, 0.36), "replaced", at=(0.5, 0.6), style=style)
    words = (
        *sung(("nobody told us that living in a van means fixing it every day",), 0.5, first),
        *sung(("and honestly we would do the whole thing again tomorrow",), 6.5, last),
    )
    return ClipRecipe(
        (Shot(Water(71), 4.0), Shot(Bricks(72), 3.0), Shot(Street(73), 4.0)), words, (), (576, 1024), Fraction(50)
    )


def karaoke_kinds() -> ClipRecipe:
    """HEVC: words that light up, words that are added, pairs of words that swell."""
    lit = Karaoke("", 0, (0.32, 0.26, 0.4), "lit", (0.5, 0.7), plain(0.036, font="Open Sans"), (90, 255, 160), stays=0.3)
    added = Karaoke("", 0, (0.3, 0.36), "appended", (0.5, 0.62), plain(0.034, (255, 240, 210), "DejaVu Serif"), stays=0.4)
    pairs = Karaoke("", 0, (0.28, 0.34, 0.3), "bouncing", (0.5, 0.66), plain(0.042, font="Lato Black"), group=2)
    texts = (
        *sung(("the roof leaked on\nthe very first night", "so we parked under\na bridge instead"), 0.4, lit, 0.3),
        *sung(("we sold the bathtub", "and kept both dogs\nin the front seat"), 7.0, added, 0.25),
        *sung(("my mother still thinks we live in a normal house",), 12.2, pairs),
    )
    shots = (Shot(Street(75), 6.6), Shot(Leaves(76), 5.4), Shot(Water(77), 4.5))
    return ClipRecipe(shots, texts, (), (720, 1280), Fraction(30), encoding=HEVC)


def no_text_street() -> ClipRecipe:
    """Windows, bricks and cars, but no letter."""
    return ClipRecipe(
        (Shot(Street(81), 5.0), Shot(Bricks(82), 5.0), Shot(Street(83), 5.0), Shot(Bricks(84), 5.0)), (), (), (720, 1280)
    )


def no_text_nature() -> ClipRecipe:
    """Leaves and water in full size."""
    shots = (Shot(Leaves(91), 4.0), Shot(Water(92), 4.0), Shot(Leaves(93), 4.0))
    return ClipRecipe(shots, (), (), (1080, 1920), Fraction(30), grain=4.0)


def _pop_ups(moments: tuple[float, ...]) -> tuple[Overlay, ...]:
    style = plain(0.1, (255, 60, 60), "Lato Black")
    return tuple(Overlay("NO WAY", at, at + 0.9, at=(0.5, 0.5), style=style, fade_in=0, fade_out=0) for at in moments)


def _in(style: Style, font: str) -> Style:
    return Style(style.size, plain(0.1, font=font).font, style.colour, style.outline, style.plate, style.plate_opacity)

"""Recipes that whoever tunes may look at: Pillow's own typeface, the backdrops and the band of the test clips."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from clipsight.testing.clips import Backdrop, Camera, ClipRecipe, Encoding, Karaoke, Music, Overlay, Shot, Style
from footage import Flashing
from grounds import Cloth, Grass, Gravel, Lights
from lettering import face, in_a_row, plain, sung
from voices import bundled

FULL, MIDDLE, SMALL = (1080, 1920), (720, 1280), (540, 960)
PHRASES = (
    "you will not believe", "how easy this is", "first take the bread", "and cut it in half", "spread some butter",
    "on both of the sides", "now for the cheese", "use the good one", "not the cheap one", "wait for the pan",
    "three minutes each", "until it is golden", "look at that crust", "cut it and enjoy", "thanks for watching",
)  # fmt: skip
BOXED = Style(size=0.026, colour=(20, 20, 20), outline=None, plate=(250, 250, 250))


def dense() -> ClipRecipe:
    """30 s as full of text as people make them: title, list, hashtags, watermark, captions without a pause."""
    scenes = [Backdrop(100 + number, size=(540, 960)) for number in range(8)]
    kinds = ("cut", "cut", "dissolve", "cut", "cut", "cut", "dissolve", "cut")
    lengths = (4.0, 3.5, 4.0, 3.5, 4.0, 3.5, 4.0, 3.5)
    shots = tuple(Shot(scene, length, kind) for scene, length, kind in zip(scenes, lengths, kinds, strict=True))
    low = Overlay("", 0, 0, at=(0.5, 0.76), style=plain(0.034))
    texts = (
        Overlay("GRILLED CHEESE", 0.3, 4.5, at=(0.5, 0.12), style=plain(0.05)),
        Overlay("better than yours", 0.9, 4.5, at=(0.5, 0.18), style=plain(0.03, (255, 220, 60))),
        Overlay("You need\n2 slices of bread\n50 g butter\n80 g cheddar", 5.0, 11.2, at=(0.5, 0.3), style=BOXED),
        Overlay("@kitchen.notes", 0.0, 30.0, at=(0.82, 0.04), style=plain(0.02), fade_in=0, fade_out=0),
        Overlay("only $3.20", 12.0, 15.4, at=(0.3, 0.4), style=plain(0.045, (120, 255, 140)), fade_in=0.4),
        Overlay("SECRET TIP", 16.2, 19.0, at=(0.62, 0.3), style=Style(size=0.05, colour=(255, 90, 90), tilt=6)),
        Overlay("low heat 180", 19.6, 23.0, at=(0.4, 0.25), style=plain(0.03, (200, 200, 200))),
        Overlay("#grilledcheese #easyrecipe", 24.0, 29.4, at=(0.5, 0.9), style=plain(0.024)),
        *in_a_row(PHRASES, 1.0, (1.4, 1.2, 1.6), low, 0.1),
        Karaoke("Follow for more recipes every Friday", 24.2, (0.6, 0.5, 0.7), "replaced", (0.5, 0.76), plain(0.034)),
    )
    return ClipRecipe(shots, texts, (*bundled()[:5], Music(0, 30, bpm=104, seed=6, gain=0.12)), FULL, grain=3.0)


def shots() -> ClipRecipe:
    """Cuts, dissolves, a fade, a flash, a fast pan and texts that pop up."""
    fast = Camera(speed=(260, 0), shake=1.0)
    scenes = [Backdrop(200 + number) for number in range(11)]
    made = (
        Shot(scenes[0], 2.0),
        Shot(scenes[1], 1.6),
        Shot(scenes[2], 2.0, "dissolve", 0.6),
        Shot(Flashing(scenes[3], (0.8,)), 2.0),
        Shot(scenes[4], 1.2),
        Shot(Backdrop(215, camera=fast), 1.6),
        Shot(scenes[6], 2.0, "dissolve", 1.0),
        Shot(scenes[7], 2.0, "fade", 0.8),
        Shot(scenes[8], 1.0),
        Shot(scenes[9], 2.0, "dissolve", 0.4),
        Shot(scenes[10], 2.0),
    )
    texts = tuple(
        Overlay(text, at, at + 1.0, at=(0.5, 0.5), style=Style(size=0.09), fade_in=0, fade_out=0)
        for text, at in (("WOW", 0.6), ("STOP", 6.5), ("YES!", 12.2))
    )
    return ClipRecipe(made, texts, (), SMALL)


def captions() -> ClipRecipe:
    """Phrases in the same place, 0.5 to 1.4 s each, and two lines that stay."""
    shots = tuple(Shot(Backdrop(300 + number), 4.0) for number in range(5))
    texts = (
        Overlay("Grandma's sandwich", 0.5, 18.0, at=(0.5, 0.1), style=plain(0.04)),
        *in_a_row(PHRASES, 0.8, (1.0, 0.6, 1.4), Overlay("", 0, 0, at=(0.5, 0.7), style=plain(0.04)), 0.05),
    )
    return ClipRecipe(shots, texts, (), MIDDLE)


def karaoke() -> ClipRecipe:
    """One word at a time, in the middle of the picture."""
    first = Karaoke("", 0, (0.36, 0.3, 0.44), "replaced", at=(0.5, 0.55), style=plain(0.055, (255, 235, 60)))
    words = sung(("this is the only sandwich that my kids will ever eat on a school day",), 0.6, first)
    return ClipRecipe((Shot(Backdrop(400), 4.0), Shot(Backdrop(401), 3.0)), words, (), MIDDLE)


def karaoke_lit() -> ClipRecipe:
    """Standing lines in which the word that is said has another colour, or a plate behind it."""
    lit = Karaoke("", 0, (0.3, 0.24, 0.36), "lit", (0.5, 0.7), plain(0.04, font="Roboto Black"), (255, 60, 60), stays=0.2)
    boxed = replace(lit, kind="boxed", style=plain(0.036, font="Liberation Sans"), colour=(20, 120, 250), at=(0.5, 0.62))
    texts = (
        *sung(("first you slice\nthe bread by hand", "never use a machine\nfor this step"), 0.4, lit, 0.15),
        *sung(("because the edges", "will burn before\nthe middle melts", "trust me on that"), 5.2, boxed),
    )
    return ClipRecipe((Shot(Grass(410), 5.0), Shot(Cloth(411), 4.0), Shot(Backdrop(412), 2.0)), texts, (), MIDDLE)


def karaoke_added() -> ClipRecipe:
    """Words that are added one by one, in their final place or around the middle, and stay until the phrase is over."""
    added = Karaoke("", 0, (0.34, 0.28), "appended", (0.5, 0.65), plain(0.038, font="Liberation Serif"), stays=0.5)
    middle = replace(added, kind="centred", style=plain(0.042, (255, 230, 90), "Roboto Black"), at=(0.5, 0.58))
    texts = (
        *sung(("butter goes on first", "then a thin layer\nof sharp mustard"), 0.5, added, 0.2),
        *sung(("close the lid", "wait two minutes", "and flip it once\nonly once"), 5.4, middle, 0.1),
    )
    return ClipRecipe((Shot(Gravel(420), 5.2), Shot(Lights(421), 6.4)), texts, (), MIDDLE, Fraction(25))


def karaoke_fast() -> ClipRecipe:
    """Two or three words at a time, and single capitals, replaced in one place over restless footage."""
    three = Karaoke("", 0, (0.3, 0.26, 0.34), "replaced", (0.5, 0.68), plain(0.04, font="Roboto Black"), group=3)
    pairs = replace(three, group=2, style=plain(0.046, (90, 240, 255), "Liberation Sans"), seconds=(0.32, 0.3))
    single = replace(three, group=1, style=plain(0.07, font="Bebas Neue"), seconds=(0.3, 0.36, 0.28), at=(0.5, 0.5))
    texts = (
        *sung(("my neighbour came over and asked what smelled so good",), 0.4, three),
        *sung(("I told him it was only a bit of cheese",), 4.2, pairs),
        *sung(("HE DID NOT BELIEVE ME.", "SO I MADE HIM ONE."), 8.0, single, 0.05),
    )
    return ClipRecipe((Shot(Grass(430), 3.8), Shot(Gravel(431), 4.0), Shot(Cloth(432), 4.6)), texts, (), MIDDLE)


def karaoke_bouncing() -> ClipRecipe:
    """Words that swell as they come, one at a time."""
    first = Karaoke("", 0, (0.36, 0.3, 0.42), "bouncing", (0.5, 0.56), plain(0.05, (255, 255, 255), "Roboto Black"))
    last = replace(first, style=plain(0.06, (255, 210, 0), "Bebas Neue"), seconds=(0.4, 0.34))
    texts = (
        *sung(("the secret is a spoon of mayonnaise on the outside",), 0.5, first),
        *sung(("NOBODY EVER TASTES IT AND EVERYBODY WANTS MORE",), 5.2, last),
    )
    return ClipRecipe((Shot(Lights(440), 5.0), Shot(Backdrop(441), 4.0)), texts, (), MIDDLE)


def brief() -> ClipRecipe:
    """Texts that are there for 0.4 s."""
    spots = ((0.5, 0.3), (0.4, 0.6), (0.6, 0.45), (0.5, 0.75))
    names = ("hungry", "crispy", "melted", "perfect", "simple", "butter", "cheddar", "golden")
    texts = tuple(
        Overlay(word, 0.8 + number, 1.2 + number, at=spots[number % 4], style=plain(0.05), fade_in=0, fade_out=0)
        for number, word in enumerate(names)
    )
    return ClipRecipe((Shot(Backdrop(500), 5.0), Shot(Backdrop(501), 4.0)), texts, (), MIDDLE)


def brief_restless() -> ClipRecipe:
    """Texts that are there for 0.4 s, over footage whose strokes come close to letters."""
    spots = ((0.4, 0.3), (0.6, 0.55), (0.5, 0.72), (0.55, 0.42))
    names = ("pickles", "Smoked ham", "TOMATO", "sourdough", "basil", "Rye bread", "GHERKIN", "OVEN", "toaster", "two eggs",
             "Paprika", "jam", "lettuce", "ready?", "HALF A LEMON", "LUNCH")  # fmt: skip
    fonts = ("Roboto Black", "Liberation Serif", "Liberation Sans", "Bebas Neue")
    texts = tuple(
        Overlay(
            word, 0.7 + number * 1.05, 1.1 + number * 1.05, spots[number % 4],
            plain(0.042, font=fonts[number // 2 % 4]), fade_in=0, fade_out=0,
        )
        for number, word in enumerate(names)
    )  # fmt: skip
    shots = (Shot(Grass(510), 4.6), Shot(Gravel(511), 4.4), Shot(Cloth(512), 4.4), Shot(Lights(513), 4.6))
    return ClipRecipe(shots, texts, (), MIDDLE)


def hard() -> ClipRecipe:
    """Small, pale and badly encoded lines of which not all can be read: what a confidence has to tell apart."""
    lines = ("Serves four people", "Prep time 15 minutes", "no sugar added", "see the link below", "Room temperature", "ad",
             "Recipe by Marta K.", "not sponsored", "turn the heat down", "batch 2, try 7", "I was so wrong", "vol. 3",
             "Best before Friday", "allergens: wheat, milk", "chef's choice", "on sale at 9:30", "(yes, really)", "50/50",
             "Keep out of the sun", "part two tomorrow", "how it started", "how it is going", "rate it 1-10",
             "the end?")  # fmt: skip
    fonts = ("Liberation Serif", "Roboto Black", "Lobster", "Bebas Neue", "Liberation Sans")
    pale = ((190, 190, 190), (120, 135, 120), (235, 235, 235), (160, 120, 90))
    texts = tuple(
        Overlay(
            line.upper() if fonts[number % 5] == "Bebas Neue" else line, 0.4 + number * 0.8, 1.6 + number * 0.8,
            (0.35 + 0.1 * (number % 4), 0.2 + 0.11 * (number % 6)),
            Style(0.011 + 0.002 * (number % 5), face(fonts[number % 5]), pale[number % 4], None), 0, 0,
        )
        for number, line in enumerate(lines)
    )  # fmt: skip
    shots = (Shot(Backdrop(520), 5.0), Shot(Cloth(521), 5.0), Shot(Lights(522), 5.0), Shot(Gravel(523), 5.4))
    return ClipRecipe(shots, texts, (), MIDDLE, encoding=Encoding(crf=33))


def no_text() -> ClipRecipe:
    """Footage in which nothing is written."""
    return ClipRecipe(tuple(Shot(Backdrop(600 + number), 4.0) for number in range(4)), (), (), MIDDLE, Fraction(30))


def no_text_restless() -> ClipRecipe:
    """Grass, stones, cloth and lights, and no letter."""
    shots = (Shot(Grass(610), 4.0), Shot(Gravel(611), 4.0), Shot(Cloth(612), 4.0), Shot(Lights(613), 4.0))
    return ClipRecipe(shots, (), (), MIDDLE, Fraction(30))

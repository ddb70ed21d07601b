"""Names for colours, as people use them: hue first, then how light and how grey."""

from __future__ import annotations

import colorsys

_HUES = (
    (15, "red"),
    (40, "orange"),
    (68, "yellow"),
    (160, "green"),
    (195, "turquoise"),
    (255, "blue"),
    (310, "purple"),
    (345, "pink"),
    (361, "red"),
)  # upper bounds in degrees
GREY_SATURATION = 0.12
PALE_SATURATION = 0.3
DARK = 0.13
PINK_SATURATION, PINK_VALUE = 0.5, 0.75  # a light red with some white in it
BRIGHT = 0.9
BROWN_BELOW = 0.6  # an orange that is not bright is brown


def colour_name(code: str) -> str:
    """The name of ``#rrggbb``."""
    red, green, blue = (int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    if value < DARK:
        return "black"
    if saturation < GREY_SATURATION:
        return "white" if value > BRIGHT else "dark grey" if value < 0.4 else "light grey" if value > 0.7 else "grey"
    name = next(word for bound, word in _HUES if hue * 360 < bound)
    if name == "red" and saturation < PINK_SATURATION and value > PINK_VALUE:
        name = "pink"
    if name in ("orange", "yellow") and saturation < PALE_SATURATION + 0.05:
        return "cream" if value > 0.75 else "brown"
    if name in ("orange", "red", "yellow") and value < BROWN_BELOW and hue * 360 > 10:
        return "brown" if name != "yellow" else "olive"
    if value < 0.35:
        return f"dark {name}"
    return f"pale {name}" if saturation < PALE_SATURATION else name


def colour_names(codes: list[str]) -> list[str]:
    """Names of several colours in order, each once."""
    return list(dict.fromkeys(colour_name(code) for code in codes))

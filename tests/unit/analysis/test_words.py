"""Small pieces: colours and English."""

from __future__ import annotations

import pytest

from clipsight.analysis.local.colours import colour_name
from clipsight.analysis.local.wording import an, calm, counted, listed, long, seconds, shape


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("#000000", "black"),
        ("#ffffff", "white"),
        ("#808080", "grey"),
        ("#ff0000", "red"),
        ("#00ff00", "green"),
        ("#0000ff", "blue"),
        ("#ffa500", "orange"),
        ("#ffff00", "yellow"),
        ("#8b4513", "brown"),
        ("#f4e8d0", "cream"),
        ("#ffc0cb", "pale pink"),
        ("#800080", "purple"),
    ],
)
def test_colours_have_the_names_people_use(code: str, name: str) -> None:
    assert colour_name(code) == name


def test_wording() -> None:
    assert [counted(1, "shot"), counted(3, "shot"), counted(20, "shot")] == ["one shot", "three shots", "20 shots"]
    assert [listed([]), listed(["a"]), listed(["a", "b", "c"])] == ["", "a", "a, b and c"]
    assert [seconds(0.04), seconds(0.5), seconds(1.0), seconds(24.4)] == [
        "less than a tenth of a second",
        "0.5 seconds",
        "1 second",
        "24 seconds",
    ]
    assert [an(long(8)), an(long(11)), an(long(18)), an(long(24)), an("interview")] == [
        "an 8-second",
        "an 11-second",
        "an 18-second",
        "a 24-second",
        "an interview",
    ]
    assert [long(120.0), long(0.01)] == ["2-minute", "very short"]
    assert [shape(1080, 1920), shape(1920, 1080), shape(1000, 1000)] == ["vertical", "horizontal", "square"]
    assert [calm("GARLIC NOODLES"), calm("NASA"), calm("As it is")] == ["Garlic noodles", "NASA", "As it is"]

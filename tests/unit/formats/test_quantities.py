"""Amounts, durations and temperatures, in digits and spelt out."""

from __future__ import annotations

import re

import pytest

from clipsight.formats.quantities import AMOUNT, amount_text, durations, iso_duration, temperature


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("200", "200"),
        ("1/2", "1/2"),
        ("1 1/2", "1 1/2"),
        ("½", "1/2"),
        ("2½", "2 1/2"),
        ("2-3", "2-3"),
        ("2 to 3", "2-3"),
        ("1,5", "1.5"),
        ("two hundred", "200"),
        ("two hundred and fifty", "250"),
        ("a hundred", "100"),
        ("twenty five", "25"),
        ("two and a half", "2 1/2"),
        ("half a", "1/2"),
        ("a couple of", "2"),
        ("an", "1"),
        ("two or three", "2-3"),
        ("a few", None),
    ],
)
def test_amounts(raw: str, text: str | None) -> None:
    assert re.fullmatch(AMOUNT, raw, re.IGNORECASE)
    assert amount_text(raw) == text


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("bake for 25 minutes", [1500]),
        ("10-12 min", [720]),
        ("for one minute, then for thirty seconds", [60, 30]),
        ("an hour and a half", [5400]),
        ("half an hour", [1800]),
        ("leave it overnight", [28800]),
        ("for a few minutes", []),
        ("a minute's walk", [60]),
        ("in no time", []),
        ("0 minutes", []),
    ],
)
def test_durations(text: str, seconds: list[int]) -> None:
    assert [duration.seconds for duration in durations(text)] == seconds


@pytest.mark.parametrize(
    ("text", "heat"),
    [
        ("at 180°C", "180 °C"),
        ("at 350 degrees Fahrenheit", "350 °F"),
        ("at 400F", "400 °F"),
        ("to 200 degrees", "200 degrees"),
        ("over medium-high heat", "medium-high heat"),
        ("for 180 seconds", None),
    ],
)
def test_temperatures(text: str, heat: str | None) -> None:
    assert temperature(text) == heat


@pytest.mark.parametrize(("seconds", "text"), [(45, "PT45S"), (1500, "PT25M"), (5400, "PT1H30M"), (0, "PT0S")])
def test_iso_durations(seconds: int, text: str) -> None:
    assert iso_duration(seconds) == text

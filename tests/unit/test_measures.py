"""The page about the measures names every key and quotes the constants as they are."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import get_args

from clipsight.schema.evidence import Hook, Picture, TextRole, Transition

PAGE = (Path(__file__).parents[2] / "docs" / "explanation" / "measures.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)


def test_every_measure_has_its_row() -> None:
    assert rows("Picture") == [name for name in Picture.model_fields if name != "id"]
    assert rows("Hook") == [name for name in Hook.model_fields if name != "id"]
    assert set(rows("Screen text")) == set(get_args(TextRole))


def test_every_transition_is_explained() -> None:
    section = PAGE.split("\n## Shots\n")[1].split("\n## ")[0]
    for transition in set(get_args(Transition)) - {"start"}:
        assert f"- **{transition}**:" in section


def test_quoted_constants_are_those_of_the_code() -> None:
    quoted = re.findall(r"`([a-z_]+(?:\.[a-z_]+)*)\.([A-Z_]+)` = (\d+(?:\.\d+)?)", PAGE)
    assert len(quoted) > 25
    for module, name, value in quoted:
        assert float(value) == getattr(import_module(f"clipsight.perception.{module}"), name), f"{module}.{name}"

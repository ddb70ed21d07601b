"""The documentation cannot drift: generated parts are current, links lead somewhere, examples are valid."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from clipsight.cli.main import COMMANDS
from clipsight.schema.result import Document

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_generated_parts_are_current() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/docs.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_examples_are_valid_documents() -> None:
    examples = sorted((ROOT / "docs" / "examples").glob("*.json"))
    assert examples
    for example in examples:
        Document.model_validate_json(example.read_text(encoding="utf-8"))


def test_paths_that_the_pages_name_exist() -> None:
    for page in PAGES:
        for name in re.findall(r"`(src/clipsight/[\w/.]+)`", page.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def test_every_command_is_documented() -> None:
    text = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    for name in COMMANDS:
        assert f"## clipsight {name}" in text


def test_every_command_line_of_the_readme_is_a_command() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    used = re.findall(r"^\$ \.venv/bin/clipsight (\w+)", text, re.MULTILINE)
    assert used
    assert set(used) <= set(COMMANDS)


def test_the_readme_fits_on_two_screens() -> None:
    assert (ROOT / "README.md").read_text(encoding="utf-8").count("\n") <= 100

"""One argument of a person: a file when there is one, else a link, also with words around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from clipsight.errors import BadUrl, NotASource
from clipsight.source.pasted import link_or_file

LINK = "https://www.youtube.com/shorts/dQw4w9WgXcQ"


def test_a_file_that_is_there_is_a_file(tmp_path: Path) -> None:
    clip = tmp_path / "a clip.mp4"
    clip.write_bytes(b"x")
    assert link_or_file(str(clip)) == clip


@pytest.mark.parametrize("text", [LINK, f"look at this {LINK} wow", f"{'very ' * 2000}long text {LINK}"])
def test_a_link_is_found_in_what_is_pasted(text: str) -> None:
    assert link_or_file(text) == LINK


def test_anything_else_is_the_path_of_a_file() -> None:
    assert link_or_file("missing.mp4") == Path("missing.mp4")


@pytest.mark.parametrize("text", ["", "  ", "-", "/", "a\0b"])
def test_neither(text: str) -> None:
    with pytest.raises(NotASource):
        link_or_file(text)


def test_an_address_that_is_no_link_to_a_video() -> None:
    with pytest.raises(BadUrl):
        link_or_file("gopher://x")

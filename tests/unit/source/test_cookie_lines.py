"""The operator's cookies: what we take for one, yt-dlp takes for one, and nothing else ever reaches it."""

from __future__ import annotations

import io
from contextlib import redirect_stderr
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yt_dlp.cookies import CookieLoadError, YoutubeDLCookieJar

from clipsight.errors import BadSetting
from clipsight.source.cookie_text import check_cookies
from clipsight.source.fetch_child import cookie_file

SECRET = "SECRET"


def line(domain: str = ".instagram.com", below: str = "TRUE", path: str = "/", secure: str = "TRUE", end: str = "0") -> str:
    return "\t".join((domain, below, path, secure, end, "sessionid", SECRET))


def in_the_jar(text: str) -> int:
    """How many cookies yt-dlp reads from what the child hands it; fails when it prints something."""
    try:
        file = cookie_file(text)
    except CookieLoadError:
        return 0
    said = io.StringIO()
    with redirect_stderr(said), patch("yt_dlp.cookies.write_string", said.write):
        jar = YoutubeDLCookieJar(file)
        jar.load()
    assert said.getvalue() == ""
    return len(list(jar))


def accepted(text: str) -> bool:
    try:
        check_cookies("instagram", text)
    except BadSetting:
        return False
    return True


@pytest.mark.parametrize("end", ["", "0", "1999999999", "1999999999.5", "99999999999999999999999"])
@pytest.mark.parametrize("prefix", ["", "#HttpOnly_"])
def test_what_is_a_cookie_to_both(end: str, prefix: str) -> None:
    text = prefix + line(end=end)
    assert accepted(text)
    assert in_the_jar(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        *(line(end=end) for end in ("abc", "-1", "\u0661\u0662", "\u00b2", "1.", ".5", "1e9", "nan", " 1", "9" * 400)),
        line("instagram.com"),
        line(below="FALSE"),
        line(below="yes"),
        line("$.instagram.com", below="FALSE"),
        line(" #.instagram.com", below="FALSE"),
        line("#HttpOnly_#HttpOnly_.instagram.com"),
        line() + "\tmore",
        line().replace("\t", " "),
    ],
)
def test_what_is_none_to_both(text: str) -> None:
    assert not accepted(text)
    assert in_the_jar(text) == 0
    assert in_the_jar(f"{text}\n{line()}") == 1, "the others still count"


def test_a_wrong_time_is_named() -> None:
    with pytest.raises(BadSetting, match=r"seconds or nothing.*line 2 is not") as caught:
        check_cookies("instagram", f"{line()}\n{line(end='abc')}")
    assert SECRET not in str(caught.value)


FIELD = st.sampled_from(
    ["", "TRUE", "FALSE", "/", ".instagram.com", "instagram.com", "0", "1.5", "#", "#HttpOnly_", "$", "x"]
)
WORD = st.one_of(FIELD, st.text(st.characters(exclude_categories=["Cs"]), max_size=4))


@given(st.lists(st.lists(WORD, min_size=6, max_size=8).map("\t".join), max_size=3).map("\n".join))
def test_nothing_ever_is_printed_or_refused_by_yt_dlp(text: str) -> None:
    if accepted(text):
        assert in_the_jar(text) > 0
    else:
        in_the_jar(text)

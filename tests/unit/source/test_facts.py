"""What the platform says: mapped per platform, cleaned, never guessed."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.schema.video import Counts, Platform, PlatformFacts
from clipsight.source.facts import MAX_CAPTION, MAX_HANDLE, clean, platform_facts

TIKTOK = {
    "title": "Fake clip cut at seventy-two",
    "description": "Fake clip #test",
    "uploader": "fake.user",
    "uploader_id": "6800000000000000001",
    "channel": "Fake User",
    "timestamp": 1760000000,
    "duration": 2,
    "track": "original sound",
    "view_count": 1234,
    "like_count": 56,
    "comment_count": 8,
    "repost_count": 7,
    "save_count": 9,
}
TIME = datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)


def test_tiktok() -> None:
    assert platform_facts("tiktok", TIKTOK) == PlatformFacts(
        title=None,
        author="Fake User",
        author_handle="fake.user",
        caption="Fake clip #test",
        published_at=TIME,
        duration_seconds=2.0,
        music_title="original sound",
        counts=Counts(likes=56, views=1234, comments=8, shares=7, saves=9),
    )


def test_instagram() -> None:
    info = {
        "title": "Video by fake.user",
        "description": "Fake reel",
        "channel": "fake.user",
        "uploader": "Fake User",
        "uploader_id": "99",
        "like_count": 56,
    }
    assert platform_facts("instagram", info) == PlatformFacts(
        author="Fake User", author_handle="fake.user", caption="Fake reel", counts=Counts(likes=56)
    )
    assert platform_facts("instagram", {"title": "My own title"}).title == "My own title"


def test_youtube() -> None:
    info = {"title": "Fake short", "uploader": "Fake User", "uploader_id": "@fake.user", "description": "desc"}
    assert platform_facts("youtube", info) == PlatformFacts(
        title="Fake short", author="Fake User", author_handle="fake.user", caption="desc"
    )
    assert platform_facts("youtube", {"channel": "Only channel", "uploader_id": "@"}) == PlatformFacts(
        author="Only channel"
    )


@pytest.mark.parametrize("value", [None, "", "12", True, -1, 1.5, float("nan"), 2**60, [], {"a": 1}])
def test_what_is_not_a_count_is_unknown(value: Any) -> None:
    counts = platform_facts("tiktok", dict.fromkeys(("like_count", "view_count", "save_count"), value)).counts
    assert counts == Counts()


@pytest.mark.parametrize("value", [None, "1760000000", True, float("nan"), float("inf"), -1, 0, 10**18])
def test_what_is_not_a_time_or_a_length_is_unknown(value: Any) -> None:
    facts = platform_facts("tiktok", {"timestamp": value, "duration": value})
    assert facts == PlatformFacts() or value == 10**18
    assert facts.published_at is None
    assert facts.duration_seconds is None


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  a \t b \n c ", "a b c"),
        ("a\x00b\x1b[31mc", "ab[31mc"),
        ("safe\u202egpj.exe", "safegpj.exe"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
        ("\ud800", None),
        ("\u200b", None),
    ],
)
def test_cleaning(text: str, cleaned: str | None) -> None:
    assert clean(text, 100) == cleaned


def test_a_caption_keeps_its_lines() -> None:
    assert platform_facts("tiktok", {"description": "one\r\ntwo\u2028three\rfour"}).caption == "one\ntwo\nthree\nfour"


@given(
    st.sampled_from(["tiktok", "instagram", "youtube"]),
    st.dictionaries(
        st.sampled_from(sorted(TIKTOK)),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=200)
        | st.lists(st.integers(), max_size=2),
    ),
)
def test_whatever_comes_the_facts_are_clean(platform: Platform, info: dict[str, Any]) -> None:
    facts = platform_facts(platform, info)
    for text in (facts.title, facts.author, facts.author_handle, facts.caption, facts.music_title):
        assert text is None or text.strip() == text != ""
        assert text is None or not any(
            unicodedata.category(character) in ("Cc", "Cs") for character in text.replace("\n", "")
        )
    assert len(facts.caption or "") <= MAX_CAPTION
    assert len(facts.author_handle or "") <= MAX_HANDLE


def test_long_text_is_capped() -> None:
    assert platform_facts("tiktok", {"description": "x" * 100_000}).caption == "x" * MAX_CAPTION

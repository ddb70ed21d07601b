"""Links: every case of the catalogue, and others of the same kinds."""

from __future__ import annotations

import json
import string
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.errors import BadUrl, LiveStream, NotAVideo, Slideshow, SourceError, Story, UnsupportedHost
from clipsight.source.links import KNOWN_HOSTS, Link, ShortLink, find_link, parse_link, read_link
from clipsight.source.platforms.instagram import media_number, shortcode

CASES = json.loads((Path(__file__).parents[2] / "data" / "links.json").read_text())
TIKTOK_ID = "7301234567890123456"

base64_url = string.ascii_letters + string.digits + "-_"
tiktok_ids = st.integers(min_value=1_400_000_000 << 32, max_value=(1_767_225_600 << 32) - 1).map(str)
handles = st.text(string.ascii_letters + string.digits + "_.", min_size=1, max_size=24).filter(lambda text: text.strip("."))
youtube_ids = st.builds(
    "{}{}".format, st.text(base64_url, min_size=10, max_size=10), st.sampled_from("AEIMQUYcgkosw048")
).filter(lambda text: text != "videoseries")
shortcodes = st.integers(min_value=64**5, max_value=2**64 - 1).map(shortcode)
tracking = st.lists(
    st.tuples(
        st.sampled_from(["_t", "_r", "si", "pp", "igsh", "utm_source", "lang", "q"]), st.text(base64_url, max_size=12)
    ),
    max_size=4,
).map(lambda pairs: "&".join(f"{name}={value}" for name, value in pairs))
schemes = st.sampled_from(["", "http://", "https://", "HTTPS://"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_catalogue(case: dict[str, str]) -> None:
    if case["outcome"] == "refused":
        with pytest.raises(SourceError) as caught:
            parse_link(case["text"])
        assert caught.value.code == case["code"]
        assert getattr(caught.value, "on_platform", False) is case.get("on_platform", False)
        return
    found = parse_link(case["text"])
    assert (found.platform, found.url) == (case["platform"], case["url"])
    if case["outcome"] == "short":
        assert isinstance(found, ShortLink)
    else:
        assert not isinstance(found, ShortLink)
        assert found.video_id == case["video_id"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("https://www.tiktok.com/@a/photo/1", Slideshow),
        ("https://www.tiktok.com/@a/live?enter_from=x", LiveStream),
        ("https://www.tiktok.com/login", NotAVideo),
        ("https://www.tiktok.com/login?redirect_url=%ff", NotAVideo),
        ("https://www.tiktok.com/login?redirect_url=%2F%2Fevil.example%2F", NotAVideo),
        ("https://vm.tiktok.com/login", NotAVideo),
        ("https://www.tiktok.com/login?redirect_url=https%3A%2F%2Fwww.tiktok.com%2Flogin%3Fredirect_url%3Dx", NotAVideo),
        (f"https://www.tiktok.com/login?redirect_url=https%3A%2F%2Fwww.tiktok.com%2F%40u%2Fphoto%2F{TIKTOK_ID}", Slideshow),
        ("https://www.tiktok.com/@a/video/730123456789012345", BadUrl),
        ("https://www.tiktok.com/@a/video/730123456789012345678", BadUrl),
        ("https://www.tiktok.com/@a/video/1000000000000000001", BadUrl),
        ("https://vm.tiktok.com/", BadUrl),
        ("https://vm.tiktok.com/a/b/c", BadUrl),
        ("https://www.tiktok.com/../video/7301234567890123456", BadUrl),
        ("https://www.tiktok.com/@a;x/video/7301234567890123456", BadUrl),
        ("https://ads.tiktok.com/business", NotAVideo),
        ("https://www.instagram.com/accounts/login/?next=//evil.example/reel/Chunk8-jurw/", NotAVideo),
        ("https://www.instagram.com/accounts/login/?next=https%3A%2F%2Fevil.example", NotAVideo),
        ("https://www.instagram.com/reels/audio/123456789/", NotAVideo),
        ("https://www.instagram.com/reel/AAAAAAAAAAA/", BadUrl),
        ("https://www.instagram.com/reel/Chunk8-jurwXYZ/", BadUrl),
        ("https://www.instagram.com/natgeo/live/", LiveStream),
        ("https://www.instagram.com/s/aGlnaGxpZ2h0", Story),
        ("https://www.youtube.com/embed/videoseries?list=PLabc", NotAVideo),
        ("https://www.youtube.com/embed/live_stream?channel=UCx", LiveStream),
        ("https://www.youtube.com/@name/live", LiveStream),
        ("https://www.youtube.com/@name/shorts", NotAVideo),
        ("https://www.youtube.com/watch?v=dQw4w9WgXcR", BadUrl),
        ("https://www.youtube.com/attribution_link?u=//evil.example", NotAVideo),
        ("https://vimeo.com/1", UnsupportedHost),
        ("https://[::1]/watch?v=dQw4w9WgXcQ", UnsupportedHost),
        ("https://xn--tktok-q4a.com/@a/video/7301234567890123456", BadUrl),
        ("http://www.tiktok.com:443/@a/video/7301234567890123456", BadUrl),
        ("https://www.tiktok.com:٤٤٣/@a/video/7301234567890123456", BadUrl),
        ("--exec=id", BadUrl),
        ("-o/path", BadUrl),
        ("instagram://reel/Chunk8-jurw", BadUrl),
        ("https:///watch?v=dQw4w9WgXcQ", BadUrl),
    ],
)
def test_more_refusals(text: str, error: type[SourceError]) -> None:
    with pytest.raises(SourceError) as caught:
        parse_link(text)
    assert type(caught.value) is error


@given(
    tiktok_ids,
    handles,
    tracking,
    schemes,
    st.sampled_from(
        [
            "www.tiktok.com/@{handle}/video/{id}",
            "tiktok.com/@{handle}/video/{id}/",
            "m.tiktok.com/%40{handle}/video/{id}",
            "www.tiktok.com/@/video/{id}",
            "m.tiktok.com/v/{id}.html",
            "www.tiktok.com/v/{id}",
            "www.tiktok.com/embed/{id}",
            "www.tiktok.com/embed/v3/{id}",
            "www.tiktok.com/player/v1/{id}",
            "www.tiktok.com/share/video/{id}",
            "www.tiktok.com/video/{id}",
            "www.tiktokv.com/share/video/{id}/",
            "t.tiktok.com/i18n/share/video/{id}",
        ]
    ),
)
def test_tiktok_shapes_share_one_identity(video_id: str, handle: str, extra: str, scheme: str, shape: str) -> None:
    found = parse_link(f"  {scheme}{shape.format(handle=handle, id=video_id)}?{extra}#top\n")
    assert not isinstance(found, ShortLink)
    assert found.key == f"tiktok:{video_id}"
    assert found.url == f"https://www.tiktok.com/@{handle if '{handle}' in shape else '_'}/video/{video_id}"
    assert parse_link(found.url) == found


@given(
    shortcodes,
    tracking,
    schemes,
    st.sampled_from(
        [
            "www.instagram.com/reel/{code}/",
            "instagram.com/p/{code}",
            "m.instagram.com/reels/{code}/",
            "www.instagram.com/tv/{code}/embed/",
            "www.instagram.com/p/{code}/embed/captioned/",
            "www.instagram.com/p/{code}/c/17900000000000000/",
            "www.instagram.com/p/{code}/media",
            "www.instagram.com/some.user_1/reel/{code}/",
            "instagr.am/p/{code}",
            "www.instagram.com/accounts/login/?next=%2Freel%2F{code}%2F",
        ]
    ),
    st.integers(min_value=0, max_value=3),
)
def test_instagram_aliases_share_one_identity(code: str, extra: str, scheme: str, shape: str, zeros: int) -> None:
    alias = ("A" * zeros + code)[-12:] if len(code) + zeros <= 12 else code
    joint = "&" if "?" in shape else "?"
    found = parse_link(f"{scheme}{shape.format(code=alias)}{joint}{extra}")
    assert not isinstance(found, ShortLink)
    assert (found.key, found.url) == (f"instagram:{code}", f"https://www.instagram.com/reel/{code}/")


@given(
    youtube_ids,
    tracking,
    schemes,
    st.sampled_from(
        [
            "www.youtube.com/shorts/{id}?",
            "m.youtube.com/watch?v={id}&",
            "youtube.com/watch?list=PLx&v={id}&v=aaaaaaaaaaa&",
            "www.youtube.com/embed/{id}?",
            "www.youtube.com/e/{id}?",
            "www.youtube.com/watch/{id}?",
            "www.youtube.com/?v={id}&",
            "youtu.be/{id}?",
            "music.youtube.com/watch?v={id}&",
            "www.youtube-nocookie.com/embed/{id}?",
            "www.youtube.com/attribution_link?u=%2Fwatch%3Fv%3D{id}&",
        ]
    ),
)
def test_youtube_shapes_share_one_identity(video_id: str, extra: str, scheme: str, shape: str) -> None:
    found = parse_link(f"{scheme}{shape.format(id=video_id)}{extra}")
    assert not isinstance(found, ShortLink)
    assert (found.key, found.url) == (f"youtube:{video_id}", f"https://www.youtube.com/shorts/{video_id}")


@given(shortcodes)
def test_shortcodes_are_numbers(code: str) -> None:
    assert shortcode(media_number(code)) == code


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("aye83DjauH", 482584233761418119),
        ("BQ0eAlwhDrw", 1455920561485265648),
        ("Chunk8-jurw", 2913440072144448240),
        ("-Cmh1cukG2", 1117625108441743798),
        ("Aaye83DjauH", 482584233761418119),
    ],
)
def test_known_shortcodes(code: str, number: int) -> None:
    assert media_number(code) == number


@given(
    st.sampled_from(
        ["\\", "<", ">", '"', "{", "}", "|", "^", "`", " ", "\t", "\n", "\r", "\0", "\x7f", "\u200b", "é", "。"]
    ),
    st.data(),
)
def test_a_forbidden_character_anywhere_inside_spoils_the_link(character: str, data: st.DataObject) -> None:
    good = data.draw(st.sampled_from([case["text"].strip() for case in CASES if case["outcome"] == "video"]))
    at = data.draw(st.integers(min_value=1, max_value=len(good) - 1))
    with pytest.raises(BadUrl):
        parse_link(good[:at] + character + good[at:])


@given(st.text(max_size=80) | st.text("htps:/.@?#=&%[]wtiokc0123456789\\", max_size=60))
def test_no_text_gets_further_than_a_refusal_by_accident(text: str) -> None:
    try:
        found = read_link(text)
    except SourceError:
        return
    assert isinstance(found, Link | ShortLink)


@given(st.text(string.ascii_lowercase + string.digits + "-", min_size=1, max_size=12), st.sampled_from(sorted(KNOWN_HOSTS)))
def test_only_listed_hosts_pass(label: str, host: str) -> None:
    for trick in (
        f"{label}.{host}",
        f"{label}{host}",
        f"{host}.{label}.example",
        f"{host}.",
        f"{label}@{host}",
        f"{host}@{label}",
    ):
        bare = trick.rpartition("://")[2]
        if bare in KNOWN_HOSTS:
            continue
        with pytest.raises(SourceError):
            parse_link(f"https://{trick}/@x/video/{TIKTOK_ID}")
        with pytest.raises(SourceError):
            parse_link(f"https://{trick}/watch?v=dQw4w9WgXcQ")


def refusal(text: str) -> SourceError | None:
    try:
        read_link(text)
    except SourceError as error:
        return error
    return None


@pytest.mark.parametrize("clock", [0.0, 1_600_000_000.0])
def test_a_wrong_clock_refuses_no_video_of_today(monkeypatch: pytest.MonkeyPatch, clock: float) -> None:
    monkeypatch.setattr("clipsight.source.platforms.tiktok.time.time", lambda: clock)
    assert isinstance(read_link(f"https://www.tiktok.com/@a/video/{1_767_225_600 << 32}"), Link)


@given(st.integers(min_value=10**18, max_value=10**19 - 1))
def test_an_id_of_tiktok_says_when_it_was_uploaded(number: int) -> None:
    """Whatever cannot have been uploaded yet, or before there was anything to upload to, is a damaged id."""
    possible = 1_388_534_400 <= number >> 32 <= max(time.time(), 1_767_225_600) + 30 * 24 * 3600
    error = refusal(f"https://www.tiktok.com/@a/video/{number}")
    assert (error is None) is possible
    assert error is None or (isinstance(error, BadUrl) and error.on_platform)


paths = st.lists(
    st.sampled_from(
        [
            "",
            ".",
            "..",
            "video",
            "photo",
            "live",
            "share",
            "login",
            "p",
            "reel",
            "reels",
            "tv",
            "c",
            "shorts",
            "watch",
            "embed",
        ]
    )
    | st.sampled_from(["@u", "natgeo", TIKTOK_ID, "Chunk8-jurw", "dQw4w9WgXcQ", "ZMRJq1M2c", "a%20b", "v;x", "t", "v"]),
    max_size=5,
).map("/".join)


@given(st.sampled_from(sorted(KNOWN_HOSTS)), paths, tracking)
def test_whatever_a_platform_is_asked_for_the_answer_is_composed_here(host: str, path: str, extra: str) -> None:
    """Any path on a known host: a refusal, or an address that reads the same again and holds nothing of the query."""
    text = f"https://{host}/{path}?{extra}"
    error = refusal(text)
    if error is not None:
        assert not isinstance(error, UnsupportedHost)
        assert not isinstance(error, BadUrl) or error.on_platform
        return
    found = read_link(text)
    if isinstance(found, Link):
        assert parse_link(found.ref.url) == found.ref
        assert "?" not in found.ref.url
    else:
        assert read_link(found.url) == found


@given(youtube_ids, st.text(max_size=12).filter(lambda text: not text.isascii() or not text.strip()), st.data())
def test_what_is_not_ascii_ends_a_pasted_link(video_id: str, around: str, data: st.DataObject) -> None:
    before, after = data.draw(st.sampled_from(["", "see ", "（", "«"])), "".join(c for c in around if not c.isascii())
    link = f"https://youtu.be/{video_id}"
    assert find_link(f"{before}{link}{after}") == link


def test_a_slide_survives_in_the_address_of_a_reference() -> None:
    second = read_link("https://www.instagram.com/p/Chunk8-jurw/?img_index=2&igsh=x")
    assert isinstance(second, Link)
    assert second.located.url == "https://www.instagram.com/reel/Chunk8-jurw/?img_index=2"
    assert read_link(second.located.url) == second
    assert second.key == f"{second.ref.key}#2"


def test_a_link_keeps_the_slide_and_the_need_for_cookies() -> None:
    slide = read_link("https://www.instagram.com/p/Chunk8-jurw/?img_index=2")
    assert isinstance(slide, Link)
    assert (slide.slide, slide.needs_cookies) == (2, False)
    assert (slide.key, slide.ref.key) == ("instagram:Chunk8-jurw#2", "instagram:Chunk8-jurw")
    private = read_link("https://www.instagram.com/p/Chunk8-jurw" + "a" * 28)
    assert isinstance(private, Link)
    assert (private.slide, private.needs_cookies, private.ref.video_id) == (None, True, "Chunk8-jurw")
    assert private.key == private.ref.key
    for nonsense in ("0", "21", "-1", "x", "٢"):
        link = f"https://www.instagram.com/p/Chunk8-jurw/?img_index={nonsense}"
        if link.isascii():
            found = read_link(link)
            assert isinstance(found, Link)
            assert found.slide is None


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("look at this https://vm.tiktok.com/ZMRJq1M2c/ wow!!", "https://vm.tiktok.com/ZMRJq1M2c/"),
        ("(https://youtu.be/dQw4w9WgXcQ).", "https://youtu.be/dQw4w9WgXcQ"),
        ("see youtu.be/dQw4w9WgXcQ, really", "youtu.be/dQw4w9WgXcQ"),
        ("  https://www.youtube.com/shorts/dQw4w9WgXcQ\n", "https://www.youtube.com/shorts/dQw4w9WgXcQ"),
        ("<https://www.instagram.com/reel/Chunk8-jurw/>", "https://www.instagram.com/reel/Chunk8-jurw/"),
        ("mine: https://blog.example/ and https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ twice: https://youtu.be/dQw4w9WgXcQ", "https://youtu.be/dQw4w9WgXcQ"),
        ("only https://vimeo.com/1 here", "https://vimeo.com/1"),
        ("“https://youtu.be/dQw4w9WgXcQ”", "https://youtu.be/dQw4w9WgXcQ"),
        ("«https://youtu.be/dQw4w9WgXcQ»!", "https://youtu.be/dQw4w9WgXcQ"),
        ("（https://youtu.be/dQw4w9WgXcQ）。", "https://youtu.be/dQw4w9WgXcQ"),
        ("看看https://vm.tiktok.com/ZMRJq1M2c/，很好", "https://vm.tiktok.com/ZMRJq1M2c/"),
        ("https://vm.tiktok.com/ZMRJq1M2c/…", "https://vm.tiktok.com/ZMRJq1M2c/"),
        ("https://youtu.be/dQw4w9WgXcQ\u200b", "https://youtu.be/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ\u00a0by somebody", "https://youtu.be/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ~", "https://youtu.be/dQw4w9WgXcQ"),
        ("[this](https://youtu.be/dQw4w9WgXcQ)", "https://youtu.be/dQw4w9WgXcQ"),
        ("[https://youtu.be/dQw4w9WgXcQ](https://youtu.be/dQw4w9WgXcQ)", "https://youtu.be/dQw4w9WgXcQ"),
        ("https://youtu.be/dQw4w9WgXcQ or www.youtube.com/watch?v=dQw4w9WgXcQ&t=3", "https://youtu.be/dQw4w9WgXcQ"),
        ("https://vm.tiktok.com/ZMRJq1M2c vm.tiktok.com/ZMRJq1M2c/", "https://vm.tiktok.com/ZMRJq1M2c"),
        (
            "https://www.instagram.com/p/Chunk8-jurw/?img_index=1 https://www.instagram.com/p/Chunk8-jurw/?img_index=2",
            None,
        ),
        ("ыtiktok.com/@a/video/7301234567890123456", None),
        ("https://youtu.be/dQw4w9WgXcQ https://vm.tiktok.com/ZMRJq1M2c/", None),
        ("no link at all", None),
        ("mail me@youtube.com/x", None),
        ("", None),
    ],
)
def test_the_one_link_in_a_pasted_text(text: str, link: str | None) -> None:
    assert find_link(text) == link

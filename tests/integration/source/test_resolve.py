"""Short links against an origin on loopback: every hop is read, the page behind is never fetched."""

from __future__ import annotations

import time
from typing import Any

import pytest

from clipsight.errors import SourceError
from clipsight.source.links import ShortLink
from clipsight.source.options import FetchSettings
from clipsight.source.resolve import MAX_HOPS, resolve, resolve_link

ID = "7301234567890123456"
TIKTOK = ShortLink("tiktok", "https://vm.tiktok.com/ZMstart/")
INSTAGRAM = ShortLink("instagram", "https://www.instagram.com/share/reel/BARSSL4rTu")


@pytest.mark.parametrize(
    ("location", "key"),
    [
        (f"https://www.tiktok.com/@/video/{ID}?_r=1&u_code=0", f"tiktok:{ID}"),
        (f"https://m.tiktok.com/v/{ID}.html", f"tiktok:{ID}"),
        (f"http://t.tiktok.com/i18n/share/video/{ID}", f"tiktok:{ID}"),
        (f"https://www.tiktok.com/login?redirect_url=https%3A%2F%2Fwww.tiktok.com%2F%40a%2Fvideo%2F{ID}", f"tiktok:{ID}"),
        (f"/login?redirect_url=%2F%40a%2Fvideo%2F{ID}", f"tiktok:{ID}"),
        (f"https://www.tiktok.com/login/?redirect_url=%2F%40a%2Fvideo%2F{ID}&lang=en", f"tiktok:{ID}"),
    ],
)
def test_the_first_id_ends_the_search(origin: Any, location: str, key: str) -> None:
    origin.redirect("vm.tiktok.com/ZMstart/", location)
    assert resolve(TIKTOK, 5, origin.settings()).key == key
    assert origin.addresses() == ["vm.tiktok.com/ZMstart/"]
    headers = origin.seen[0].headers
    assert "Mozilla" in headers["User-Agent"]
    assert headers["Sec-Fetch-Mode"] == "navigate"


def test_a_share_link_of_instagram_keeps_its_slide(origin: Any) -> None:
    origin.redirect("www.instagram.com/share/reel/BARSSL4rTu", "/p/AChunk8-jurw/?img_index=2&igsh=x", 302)
    link = resolve_link(INSTAGRAM, 5, origin.settings())
    assert (link.ref.key, link.slide) == ("instagram:Chunk8-jurw", 2)


def test_several_hops_and_not_more(origin: Any) -> None:
    assert MAX_HOPS == 5
    for hop in range(MAX_HOPS - 1):
        origin.redirect(f"vm.tiktok.com/ZMhop{hop}/", f"https://vm.tiktok.com/ZMhop{hop + 1}")
    origin.redirect(f"vm.tiktok.com/ZMhop{MAX_HOPS - 1}/", f"https://www.tiktok.com/@a/video/{ID}")
    assert resolve(ShortLink("tiktok", "https://vm.tiktok.com/ZMhop0/"), 5, origin.settings()).video_id == ID
    assert len(origin.seen) == MAX_HOPS
    origin.redirect("vm.tiktok.com/ZMstart/", "https://vm.tiktok.com/ZMhop0/")
    assert code(origin, TIKTOK) == "platform_changed"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (f"https://www.tiktok.com/@a/photo/{ID}", "slideshow"),
        ("https://www.instagram.com/reel/Chunk8-jurw/", "not_a_video"),
        ("https://www.tiktok.com/@a/live", "live"),
        ("https://www.tiktok.com/@a", "not_a_video"),
        ("https://www.tiktok.com/", "unavailable"),
        ("https://www.tiktok.com/404?fromUrl=/x", "unavailable"),
        ("https://www.tiktok.com/notfound", "unavailable"),
        ("https://www.tiktok.com/login", "login_required"),
        ("/login", "login_required"),
        ("/login?redirect_url=https%3A%2F%2Fevil.example%2F", "login_required"),
        ("/", "unavailable"),
        ("/notfound", "unavailable"),
        (f"/login?redirect_url=%2F%40a%2Fphoto%2F{ID}", "slideshow"),
        ("https://www.tiktok.com/@a/video/9999999999999999999", "not_a_video"),
        ("http://127.0.0.1/latest", "not_a_video"),
        ("http://169.254.169.254/latest/meta-data/", "not_a_video"),
        (f"https://evil.example/@a/video/{ID}", "not_a_video"),
        (f"https://www.tiktok.com.evil.example/@a/video/{ID}", "not_a_video"),
        (f"https://www.tiktok.com@127.0.0.1/@a/video/{ID}", "not_a_video"),
        ("file:///etc/passwd", "not_a_video"),
        ("//[", "not_a_video"),
        ("https://www.tiktok.com:8443/", "not_a_video"),
    ],
)
def test_redirects_to_something_else(origin: Any, location: str, expected: str) -> None:
    origin.redirect("vm.tiktok.com/ZMstart/", location)
    assert code(origin, TIKTOK) == expected
    assert len(origin.seen) == 1


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, "platform_changed"),
        (301, "platform_changed"),
        (403, "login_required"),
        (404, "unavailable"),
        (410, "unavailable"),
        (429, "rate_limited"),
        (503, "network"),
    ],
)
def test_answers_without_a_redirect(origin: Any, status: int, expected: str) -> None:
    origin.answer("vm.tiktok.com/ZMstart/", status=status)
    assert code(origin, TIKTOK) == expected


def test_instagram_asks_for_a_sign_in(origin: Any) -> None:
    origin.redirect("www.instagram.com/share/reel/BARSSL4rTu", "/accounts/login/?next=/share/reel/BARSSL4rTu", 302)
    assert code(origin, INSTAGRAM) == "login_required"


def test_the_deadline_holds_for_a_server_that_drips(origin: Any) -> None:
    def drip(write: Any) -> None:
        while not origin.ended.wait(0.02):
            write(b"X")

    origin.answer("vm.tiktok.com/ZMstart/", status=100, stream=drip)
    begin = time.monotonic()
    with pytest.raises(SourceError) as caught:
        resolve(TIKTOK, 0.5, origin.settings())
    assert caught.value.code == "timeout"
    assert time.monotonic() - begin < 3


def test_a_server_with_a_foreign_certificate_is_not_believed(origin: Any) -> None:
    origin.redirect("vm.tiktok.com/ZMstart/", f"https://www.tiktok.com/@a/video/{ID}")
    with pytest.raises(SourceError) as caught:
        resolve(TIKTOK, 5, FetchSettings(stand_ins=origin.settings().stand_ins))
    assert caught.value.code == "network"
    assert origin.seen == []


def code(origin: Any, link: ShortLink) -> str:
    with pytest.raises(SourceError) as caught:
        resolve(link, 5, origin.settings())
    return caught.value.code

"""What happens on TikTok."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

from clipsight.testing.platforms.scenarios.model import (
    IMPATIENT,
    PLENTY,
    SMALL,
    SUCCESS,
    Fault,
    Hop,
    Scenario,
)
from clipsight.testing.platforms.traffic import Delivery

FIRST_ID = 7300000000000000000  # uploaded in November 2023, as its upper 32 bits say
TIGHT_MEMORY = replace(PLENTY, memory_bytes=160 * 2**20)

_numbers = count(1)


def _scenario(name: str, origin: str, expected: str = SUCCESS, **more: Any) -> Scenario:
    video_id = str(FIRST_ID + next(_numbers))
    more.setdefault("link", f"https://www.tiktok.com/@simulated.user/video/{video_id}")
    return Scenario(f"tiktok-{name}", "tiktok", video_id, origin=origin, expected=expected, **more)


def _media(name: str, origin: str, expected: str, fault: Fault, **more: Any) -> Scenario:
    return _scenario(f"media-{name}", origin, expected, fault=fault, **more)


def _short(name: str, origin: str, expected: str, *answers: tuple[str, str | None, int], **more: Any) -> Scenario:
    """A short link; each answer is (place, target, status) with ``{id}`` and ``{token}`` for those of this scenario."""
    number = next(_numbers)
    video_id, token = str(FIRST_ID + number), f"ZMsim{number:04d}"
    hops = tuple(
        Hop(at.format(token=token), target and target.format(id=video_id, token=token), status)
        for at, target, status in answers
    )
    return Scenario(
        f"tiktok-short-{name}", "tiktok", video_id, f"https://{hops[0].at}/", origin, expected, hops=hops, **more
    )


PAGES = (
    _scenario("ok", "shows the video"),
    _scenario("challenge", "asks for a proof of work first, then shows the video", act="challenge"),
    _scenario("two-qualities", "offers two qualities", act="two qualities"),
    _scenario("private", "status 10216", "private", act="private"),
    _scenario("private-account", "status 10222", "private", act="private account"),
    _scenario("ip-blocked", "status 10204", "geo_blocked", act="ip blocked"),
    _scenario("deleted", "status 10231", "unavailable", act="deleted"),
    _scenario("removed", "status 10217", "unavailable", act="removed"),
    _scenario("adult", "marks the post as classified", "age_restricted", act="adult"),
    _scenario("slideshow", "a post of pictures and music", "slideshow", act="slideshow"),
    _scenario("login", "redirects to its login page", "login_required", act="login"),
    _scenario("captcha", "a security check instead of the page", "login_required", act="captcha"),
    _scenario("403", "HTTP 403", "login_required", act="403"),
    _scenario("429", "HTTP 429", "rate_limited", act="429"),
    _scenario("503", "HTTP 503", "network", act="503"),
    _scenario("too-long", "declares 4000 seconds", "too_long", act="long"),
    _scenario("dripping-page", "the page comes a few bytes at a time", "timeout", act="dripping page", limits=IMPATIENT),
    _scenario("bomb", "a page of 1 MB that inflates to 1 GiB", "platform_changed", act="bomb", limits=TIGHT_MEMORY),
)

MEDIA = (
    _media("403", "HTTP 403", "platform_changed", Fault(status=403)),
    _media("404", "HTTP 404", "platform_changed", Fault(status=404)),
    _media("429", "HTTP 429", "rate_limited", Fault(status=429)),
    _media("503", "HTTP 503", "network", Fault(status=503)),
    _media(
        "best-403", "HTTP 403 for the best quality only", SUCCESS, Fault(status=403, best_only=True), act="two qualities"
    ),
    _media("stall", "a thousand bytes, then silence", "timeout", Fault(delivery=Delivery.STALL), limits=IMPATIENT),
    _media("drip", "a few bytes at a time", "timeout", Fault(delivery=Delivery.DRIP), limits=IMPATIENT),
    _media("truncated", "half of the announced bytes", "network", Fault(delivery=Delivery.TRUNCATED)),
    _media("huge", "announces ten gigabytes", "too_large", Fault(delivery=Delivery.HUGE), limits=SMALL),
    _media("endless", "no length and no end", "too_large", Fault(delivery=Delivery.ENDLESS), limits=SMALL),
    _media("empty", "no bytes at all", "network", Fault(empty=True)),
)

REDIRECTS = tuple(
    _media(f"to-{name}", f"redirects to `{target}`", expected, Fault(target=target))
    for name, target, expected in (
        ("loopback", "http://127.0.0.1:1/x", "platform_changed"),
        ("metadata", "http://169.254.169.254/latest/meta-data/", "platform_changed"),
        ("https-metadata", "https://169.254.169.254/latest/meta-data/", "platform_changed"),
        ("private-address", "https://10.0.0.1/x.mp4", "platform_changed"),
        ("ipv6-loopback", "https://[::1]/x.mp4", "platform_changed"),
        ("foreign-host", "https://example.com/x.mp4", "platform_changed"),
        ("lookalike", "https://www.tiktok.com.evil.example/x.mp4", "platform_changed"),
        ("userinfo", "https://www.tiktok.com@10.0.0.1/x.mp4", "platform_changed"),
        ("other-port", "https://www.tiktok.com:8443/x.mp4", "platform_changed"),
        ("file", "file:///etc/passwd", "platform_changed"),
        ("ftp", "ftp://127.0.0.1/x.mp4", "platform_changed"),
        ("data", "data:video/mp4;base64,AAAA", "platform_changed"),
        ("gopher", "gopher://127.0.0.1:1/x", "platform_changed"),
    )
)

SHORT = "vm.tiktok.com/{token}"
PAGE = "https://www.tiktok.com/@/video/{id}?_r=1&_t=ZM"

SHORT_LINKS = (
    _short("vm", "redirects to the page with an empty handle", SUCCESS, (SHORT, PAGE, 301)),
    _short(
        "chain",
        "three redirects over its other hosts",
        SUCCESS,
        ("vt.tiktok.com/{token}", "https://vm.tiktok.com/{token}/", 302),
        (SHORT, "https://www.tiktok.com/t/{token}/", 301),
        ("www.tiktok.com/t/{token}", "https://m.tiktok.com/v/{id}.html?u_code=0", 301),
    ),
    _short(
        "lite",
        "redirects to the page of its light app",
        SUCCESS,
        (SHORT, "https://t.tiktok.com/i18n/share/video/{id}/", 301),
    ),
    _short("relative", "redirects without naming the host", SUCCESS, ("www.tiktok.com/t/{token}", "/@a/video/{id}", 302)),
    _short("photo", "leads to a slideshow", "slideshow", (SHORT, "https://www.tiktok.com/@a/photo/{id}", 301)),
    _short("live", "leads to a live stream", "live", (SHORT, "https://www.tiktok.com/@a/live", 301)),
    _short("profile", "leads to a profile", "not_a_video", (SHORT, "https://www.tiktok.com/@a", 301)),
    _short("home", "leads to the start page", "unavailable", (SHORT, "https://www.tiktok.com/", 301)),
    _short("login", "leads to the login page", "login_required", (SHORT, "https://www.tiktok.com/login", 302)),
    _short("404", "HTTP 404", "unavailable", (SHORT, None, 404)),
    _short("429", "HTTP 429", "rate_limited", (SHORT, None, 429)),
    _short("503", "HTTP 503", "network", (SHORT, None, 503)),
    _short("no-location", "HTTP 200 without a redirect, as robots get it", "platform_changed", (SHORT, None, 200)),
    _short("loop", "redirects to itself", "platform_changed", (SHORT, "https://vm.tiktok.com/{token}/", 301)),
    _short("foreign", "leads to another host", "not_a_video", (SHORT, "https://evil.example/@a/video/{id}", 301)),
    _short("loopback", "leads to `http://127.0.0.1`", "not_a_video", (SHORT, "http://127.0.0.1/@a/video/{id}", 301)),
)

SCENARIOS = PAGES + MEDIA + REDIRECTS + SHORT_LINKS

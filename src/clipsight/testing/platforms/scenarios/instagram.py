"""What happens on Instagram."""

from __future__ import annotations

from itertools import count
from typing import Any

from clipsight.source.platforms.instagram import shortcode
from clipsight.testing.platforms.scenarios.model import SUCCESS, Fault, Hop, Scenario
from clipsight.testing.platforms.traffic import Delivery

FIRST_MEDIA = 2_913_440_072_144_448_240  # a media number of 2022
STEP = 16  # carousels need the numbers in between for their slides
PRIVATE_SUFFIX = "x" * 28  # what a private account's link carries behind the code

_COOKIE = (".instagram.com", "TRUE", "/", "TRUE", "2147483647", "sessionid", "99%3Asimulated")
SIGNED_IN = "# Netscape HTTP Cookie File\n" + "\t".join(_COOKIE) + "\n"

_numbers = count(1)


def _scenario(name: str, origin: str, expected: str = SUCCESS, *, link: str = "reel/{code}/", **more: Any) -> Scenario:
    code = shortcode(FIRST_MEDIA + STEP * next(_numbers))
    url = "https://www.instagram.com/" + link.format(code=code)
    return Scenario(f"instagram-{name}", "instagram", code, url, origin, expected, **more)


def _share(name: str, origin: str, expected: str, target: str | None, **more: Any) -> Scenario:
    number = next(_numbers)
    code = shortcode(FIRST_MEDIA + STEP * number)
    at = f"www.instagram.com/{more.get('path', 'share/')}BASim{number:04d}"
    hops = (Hop(at, target and target.format(code=code), more.get("status", 302)),)
    return Scenario(f"instagram-share-{name}", "instagram", code, f"https://{at}/", origin, expected, hops=hops)


POSTS = (
    _scenario("ok", "gives the reel to its GraphQL interface"),
    _scenario("post-link", "the same under `/p/` with tracking", link="p/{code}/?igsh=abc&utm_source=x"),
    _scenario("user-link", "the same below the user's name", link="simulated.user/reel/{code}/"),
    _scenario("page-only", "nothing by GraphQL, but the page carries the reel", act="page only"),
    _scenario("carousel", "two videos in one post", act="carousel"),
    _scenario("carousel-second", "two videos, the link names the second", act="carousel", link="p/{code}/?img_index=2"),
    _scenario("mixed-carousel", "a photo, then a video", act="mixed carousel"),
    _scenario("mixed-photo", "a photo, then a video; the link names the photo", "no_video", act="mixed carousel",
              link="p/{code}/?img_index=1"),
    _scenario("photo-carousel", "two photos", "no_video", act="photo carousel"),
    _scenario("image", "one photo", "no_video", act="image"),
    _scenario("deleted", "nothing by GraphQL, an empty page", "unavailable", act="deleted"),
    _scenario("gated", "hides the post from visitors", "unavailable", act="gated"),
    _scenario("404", "HTTP 404 for the page", "unavailable", act="404"),
    _scenario("private-link", "hides the post; the link is one of a private account", "private", act="gated",
              link="p/{code}" + PRIVATE_SUFFIX + "/"),
    _scenario("login", "redirects to its login page", "login_required", act="login"),
    _scenario("restricted", "rules: restricted video", "age_restricted", act="restricted"),
    _scenario("geo", "rules: not available in your country", "geo_blocked", act="geo"),
    _scenario("429", "HTTP 429 everywhere", "rate_limited", act="429"),
    _scenario("503", "HTTP 503 everywhere", "network", act="503"),
    _scenario("other-post", "gives another post than the one asked for", "platform_changed", act="other post"),
    _scenario("too-long", "declares 4000 seconds", "too_long", act="long"),
    _scenario("cookies", "shows a hidden reel to an account", act="gated", cookies=SIGNED_IN),
    _scenario("cookies-expired", "redirects the account to the login page", "login_required", act="cookies expired",
              cookies=SIGNED_IN),
    _scenario("media-403", "HTTP 403 for the media", "platform_changed", fault=Fault(status=403)),
    _scenario("media-truncated", "half of the announced bytes", "network", fault=Fault(delivery=Delivery.TRUNCATED)),
    _scenario("media-to-metadata", "media redirects to `https://169.254.169.254/`", "platform_changed",
              fault=Fault(target="https://169.254.169.254/")),
)  # fmt: skip

SHARES = (
    _share("link", "redirects to the reel", SUCCESS, "https://www.instagram.com/reel/{code}/?igsh=x"),
    _share("reel-link", "redirects without naming the host", SUCCESS, "/p/{code}/", path="share/reel/"),
    _share("login", "redirects to the login page", "login_required", "https://www.instagram.com/accounts/login/"),
    _share("story", "leads to a story", "story", "https://www.instagram.com/stories/a/1/"),
    _share("profile", "leads to a profile", "not_a_video", "https://www.instagram.com/simulated.user/"),
    _share("404", "HTTP 404", "unavailable", None, status=404),
)

SCENARIOS = POSTS + SHARES

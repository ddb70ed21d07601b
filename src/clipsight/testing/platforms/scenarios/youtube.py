"""What happens on YouTube."""

from __future__ import annotations

from itertools import count
from typing import Any

from clipsight.testing.platforms.scenarios.model import SMALL, SUCCESS, Fault, Scenario
from clipsight.testing.platforms.traffic import Delivery

_numbers = count(1)


def _scenario(
    name: str, origin: str, expected: str = SUCCESS, *, link: str = "www.youtube.com/shorts/{id}", **more: Any
) -> Scenario:
    video_id = f"sim_{next(_numbers):06d}A"  # eleven characters, and the last one leaves its lower bits zero
    return Scenario(f"youtube-{name}", "youtube", video_id, "https://" + link.format(id=video_id), origin, expected, **more)


SCENARIOS = (
    _scenario("ok", "picture and sound as two files, or both in one"),
    _scenario("watch-link", "the same under `/watch`", link="m.youtube.com/watch?v={id}&list=PLsim&t=3"),
    _scenario("short-link", "the same under `youtu.be`, which is read without asking", link="youtu.be/{id}?si=sim"),
    _scenario("split-only", "picture and sound as two files only", act="split only"),
    _scenario("sabr", "only a way of streaming that yt-dlp cannot read", "platform_changed", act="sabr"),
    _scenario("deleted", "video unavailable", "unavailable", act="deleted"),
    _scenario("removed", "removed by the uploader", "unavailable", act="removed"),
    _scenario("terminated", "the account was terminated", "unavailable", act="terminated"),
    _scenario("private", "private video", "private", act="private"),
    _scenario("bot", "sign in to confirm you're not a bot", "login_required", act="bot"),
    _scenario("age", "sign in to confirm your age", "age_restricted", act="age"),
    _scenario("rate-limited", "try again later", "rate_limited", act="rate limited"),
    _scenario("429", "HTTP 429 everywhere", "rate_limited", act="429"),
    _scenario("members", "members-only content", "members_only", act="members"),
    _scenario("upcoming", "premieres in two hours", "live", act="upcoming"),
    _scenario("live", "a live stream", "live", act="live"),
    _scenario("geo", "available in two countries only", "geo_blocked", act="geo"),
    _scenario("too-long", "declares 4000 seconds", "too_long", act="long"),
    _scenario("media-403", "HTTP 403 for the media", "platform_changed", fault=Fault(status=403)),
    _scenario("media-503", "HTTP 503 for the media", "network", fault=Fault(status=503)),
    _scenario("media-endless", "media without length and end", "too_large", fault=Fault(delivery=Delivery.ENDLESS),
              limits=SMALL),
    _scenario("media-to-loopback", "media redirects to `https://127.0.0.1/`", "platform_changed",
              fault=Fault(target="https://127.0.0.1/")),
)  # fmt: skip

"""Which requests the pinned extractors make: a changed list is the first sign that a new yt-dlp needs new simulations."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from clipsight.schema.video import VideoRef
from clipsight.source.fetch import fetch
from clipsight.source.links import parse_link
from clipsight.testing.platforms import SimulatedPlatforms
from clipsight.testing.platforms.instagram import MEDIA_HOST as INSTAGRAM_MEDIA
from clipsight.testing.platforms.tiktok import MEDIA_HOST as TIKTOK_MEDIA
from clipsight.testing.platforms.youtube import MEDIA_HOST as YOUTUBE_MEDIA


def asked(clip: Path, folder: Path, name: str) -> list[str]:
    """Method, host and path of every request, the media by its host alone."""
    with SimulatedPlatforms(clip) as world:
        scenario = world.scenario(name)
        ref = parse_link(scenario.link)
        assert isinstance(ref, VideoRef)
        fetch(ref, folder, scenario.limits, world.settings(), lambda _done, _total: None, threading.Event())
        return [r.host if r.path.startswith("/media/") else r.line for r in world.requests]


def test_tiktok(clip: Path, tmp_path: Path) -> None:
    page = "GET www.tiktok.com/@simulated.user/video/7300000000000000001"
    assert asked(clip, tmp_path, "tiktok-ok") == [page, TIKTOK_MEDIA, TIKTOK_MEDIA]


def test_instagram(clip: Path, tmp_path: Path) -> None:
    assert asked(clip, tmp_path, "instagram-ok") == [
        "GET www.instagram.com/",
        "GET www.instagram.com/api/v1/web/get_ruling_for_content/",
        "POST www.instagram.com/api/graphql",
        INSTAGRAM_MEDIA,
        INSTAGRAM_MEDIA,
    ]


def test_youtube(clip: Path, tmp_path: Path) -> None:
    requests = asked(clip, tmp_path, "youtube-ok")
    # How many players are asked depends on whether a JavaScript runtime is installed.
    players = [request for request in requests if "/youtubei/" in request]
    assert requests[0] == "GET www.youtube.com/watch"
    assert set(players) == {"POST www.youtube.com/youtubei/v1/player"}
    assert [request for request in requests if request == YOUTUBE_MEDIA] == [YOUTUBE_MEDIA] * 4


def test_an_unknown_host_gets_no_certificate(clip: Path) -> None:
    import socket
    import ssl

    with SimulatedPlatforms(clip) as world:
        context = ssl.create_default_context(cafile=str(world.ca_bundle))
        with socket.create_connection(world.address) as plain, pytest.raises(ssl.SSLError):
            context.wrap_socket(plain, server_hostname="example.com")

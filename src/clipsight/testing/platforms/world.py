"""All simulated platforms at once, on one loopback port."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from clipsight.schema.video import Platform
from clipsight.source.options import FetchSettings
from clipsight.testing.platforms import instagram, tiktok, youtube
from clipsight.testing.platforms.certificates import ThrowawayAuthority
from clipsight.testing.platforms.media import COVER, Media
from clipsight.testing.platforms.origin import Origin
from clipsight.testing.platforms.scenarios import SCENARIOS, Scenario
from clipsight.testing.platforms.traffic import MP4, NOT_FOUND, Delivery, Reply, Request, page, redirect

_PAGES = {host: module for module in (tiktok, instagram, youtube) for host in module.HOSTS}
_MEDIA_HOSTS = frozenset({tiktok.MEDIA_HOST, instagram.MEDIA_HOST, youtube.MEDIA_HOST})
_COVER_HOSTS = frozenset({tiktok.COVER_HOST, youtube.COVER_HOST})
HOSTS = frozenset(_PAGES) | _MEDIA_HOSTS | _COVER_HOSTS

_MEDIA_PATH = re.compile(r"/media/(\w+)/([\w-]+)/([\w.]+)")


class SimulatedPlatforms:
    """TikTok, Instagram and YouTube as far as the extractors of the pinned yt-dlp look.

    ``with SimulatedPlatforms(clip) as world: fetch(ref, folder, limits, world.settings(), …)``. Every scenario has a video
    of its own, so that one world serves all of them at once; whatever else is asked for does not exist.

    Args:
        clip: an mp4 with picture and sound, which all posts show.
        scenarios: what exists.
    """

    def __init__(self, clip: Path, scenarios: Sequence[Scenario] = SCENARIOS) -> None:
        self._media = Media.of(clip)
        self._scenarios = {scenario.name: scenario for scenario in scenarios}
        self._posts = {(scenario.platform, scenario.video_id): scenario for scenario in scenarios}
        self._hops = {hop.at: hop for scenario in scenarios for hop in scenario.hops}
        self._open = ExitStack()
        self._origin: Origin | None = None
        self._bundle: Path | None = None

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            folder = Path(opening.enter_context(tempfile.TemporaryDirectory(prefix="clipsight-platforms-")))
            authority = ThrowawayAuthority(folder)
            origin = Origin(authority, HOSTS, self._respond)
            opening.callback(origin.stop)
            threading.Thread(target=origin.serve_forever, args=(0.05,), name="simulated-platforms", daemon=True).start()
            self._origin, self._bundle = origin, authority.bundle
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def address(self) -> tuple[str, int]:
        """Loopback address and port where all hosts answer."""
        assert self._origin is not None, "not started"
        return "127.0.0.1", self._origin.server_address[1]

    @property
    def ca_bundle(self) -> Path:
        """Certificates to trust for this world alone."""
        assert self._bundle is not None, "not started"
        return self._bundle

    @property
    def requests(self) -> list[Request]:
        """What was asked so far, in order of arrival."""
        assert self._origin is not None, "not started"
        return list(self._origin.requests)

    def host_map(self) -> Mapping[str, tuple[str, int]]:
        """Every simulated host with the place where it answers."""
        return dict.fromkeys(sorted(HOSTS), self.address)

    def settings(self, scenario: Scenario | None = None) -> FetchSettings:
        """Settings of a fetch that meets this world instead of the internet."""
        cookies: dict[Platform, str] = {}
        if scenario is not None and scenario.cookies is not None:
            cookies[scenario.platform] = scenario.cookies
        return FetchSettings(cookies=cookies, ca_bundle=self.ca_bundle, stand_ins=self.host_map())

    @property
    def media(self) -> Media:
        """What the posts show."""
        return self._media

    def scenario(self, name: str) -> Scenario:
        """The scenario of this name.

        Raises:
            KeyError: there is none.
        """
        return self._scenarios[name]

    def _respond(self, request: Request) -> Reply:
        if request.host in _COVER_HOSTS or request.path == "/cover.jpg":
            return Reply(body=COVER, content_type="image/jpeg")
        if request.host in _MEDIA_HOSTS:
            return self._stream(request)
        hop = self._hops.get(request.host + request.path.rstrip("/"))
        if hop is not None:
            reply = redirect(hop.target, status=hop.status) if hop.target else page("<html></html>", status=hop.status)
            return Reply(reply.status, reply.body or b" " * 2000, reply.content_type, reply.headers, hop.delivery)
        module = _PAGES.get(request.host)
        if module is None:
            return NOT_FOUND
        video_id = module.video_id_in(request)
        platform = module.__name__.rpartition(".")[2]
        return module.respond(request, self._posts.get((platform, video_id or "")), self._media)

    def _stream(self, request: Request) -> Reply:
        found = _MEDIA_PATH.fullmatch(request.path)
        content = self._media.files.get(found[3]) if found else None
        if found is None or content is None:
            return NOT_FOUND
        scenario = self._posts.get((found[1], found[2]))
        fault = scenario.fault if scenario else None
        if fault is None or (fault.best_only and request.query.get("rank") != "0"):
            return Reply(body=content, content_type=MP4)
        if fault.status is not None:
            return page("<html>no</html>", status=fault.status)
        if fault.target is not None:
            return redirect(fault.target)
        if fault.empty:
            return Reply(content_type=MP4)
        headers = (("Accept-Ranges", "none"),) if fault.delivery is Delivery.ENDLESS else ()
        return Reply(body=content, content_type=MP4, headers=headers, delivery=fault.delivery)

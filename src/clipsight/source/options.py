"""What an operator may set for fetching, and what one fetch may cost."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from clipsight.errors import BadSetting
from clipsight.schema.video import Platform
from clipsight.source.freshness import ytdlp_version
from clipsight.source.guard import PLATFORM_SUFFIXES, StandIns, Upstream
from clipsight.source.guard.addresses import look_up
from clipsight.source.guard.hosts import is_name

PAGE_BYTES = 64_000_000  # what pages and players may weigh beside the media; a watch page of YouTube has 2 MB

BYTES_PER_CPU_SECOND = 20_000_000  # of media on a slow machine: taken out of TLS, written and, from YouTube, copied once


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """The most that one fetch may take.

    Attributes:
        max_seconds: length of the video as the platform declares it; decoding counts again.
        max_bytes: size of the media.
        deadline_seconds: for the whole fetch, pages included.
        memory_bytes: data segment of the child; a page that inflates to gigabytes ends there. The JavaScript runtime
            that YouTube needs does not start below 1 GiB, and has the same limit for itself.
        cpu_seconds: processor time of the child beside that for the media, and of each process that it starts.
    """

    max_seconds: float = 180.0
    max_bytes: int = 200_000_000
    deadline_seconds: float = 180.0
    memory_bytes: int = 1 << 30
    cpu_seconds: int = 60  # an ordinary fetch takes about one, a proof of work of TikTok two, a player's script ten

    @property
    def processor_seconds(self) -> int:
        """Processor time that one process of the fetch may take, with that for media as large as they may be."""
        return self.cpu_seconds + self.max_bytes // BYTES_PER_CPU_SECOND

    @property
    def budget_bytes(self) -> int:
        """Bytes that may cross the guard: the media, its wrapping in TLS, and the pages around it."""
        return self.max_bytes + self.max_bytes // 20 + PAGE_BYTES


@dataclass(frozen=True, kw_only=True)
class FetchSettings:
    """What the operator decides for every fetch.

    Attributes:
        cookies: text of a cookie file in the Netscape format, per platform.
        proxy: ``http[s]://[user:password@]host[:port]`` behind the guard, or None for direct connections.
        impersonate: browser whose handshake is imitated (``chrome``, ``safari-18.0`` …), or None for the choice of yt-dlp.
        player_clients: YouTube players to ask, in yt-dlp's names; empty for its default.
        ca_bundle: certificates to trust instead of the shipped ones.
        media_hosts: further host suffixes from which media may come.
        stand_ins: for tests alone, see :data:`clipsight.source.guard.StandIns`. No setting leads here.
        lookup: for tests alone: addresses of the hosts that have no stand-in. No setting leads here.

    Raises:
        BadSetting: the proxy or a media host is malformed, or the certificates cannot be read.
    """

    cookies: Mapping[Platform, str] = field(default_factory=dict[Platform, str], repr=False)
    proxy: str | None = field(default=None, repr=False)
    impersonate: str | None = None
    player_clients: tuple[str, ...] = ()
    ca_bundle: Path | None = None
    media_hosts: frozenset[str] = frozenset()
    stand_ins: StandIns | None = None
    lookup: Callable[[str], list[str]] = field(default=look_up, repr=False)

    def __post_init__(self) -> None:
        if not all(map(is_name, self.media_hosts)):
            raise BadSetting(
                name="CLIPSIGHT_MEDIA_HOSTS", expected="host names such as media.example, without a port or a star"
            )
        _ = self.upstream
        if self.ca_bundle is not None:
            try:
                ssl.create_default_context(cafile=str(self.ca_bundle))
            except OSError as error:  # of which ssl.SSLError is one
                raise BadSetting(
                    name="CLIPSIGHT_CA_BUNDLE", expected="the path of certificates in the PEM format"
                ) from error

    @property
    def name(self) -> str:
        """A name for these settings with this yt-dlp, from which no secret can be read: other ones, another name."""
        said = (
            sorted(self.cookies.items()),
            self.proxy,
            self.impersonate,
            self.player_clients,
            str(self.ca_bundle),
            sorted(self.media_hosts),
            ytdlp_version(),
        )
        return blake2b(repr(said).encode(), digest_size=8).hexdigest()

    @cached_property
    def upstream(self) -> Upstream | None:
        return Upstream.parse(self.proxy) if self.proxy else None

    @property
    def suffixes(self) -> frozenset[str]:
        return PLATFORM_SUFFIXES | self.media_hosts

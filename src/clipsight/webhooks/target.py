"""Where a webhook may go: read strictly when it is set, checked again at each connection."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from clipsight.errors import BadUrl, BadWebhookUrl
from clipsight.source.address import is_ip, split_address
from clipsight.source.guard import is_public

PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Target:
    """An address that was read strictly. ``path`` has the query in it."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """The ``Host`` of a request: the port only when it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS["https" if self.secure else "http"] else f"{host}:{self.port}"


def read_target(url: str, *, allow_private: bool = False) -> Target:
    """The parts of an address.

    Args:
        url: as it was given.
        allow_private: also take plain HTTP and addresses that are not public.

    Raises:
        BadWebhookUrl: it is not an https address, names a private address, or can be read in two ways.
    """
    try:
        strict = split_address(url)
        parts = urlsplit(url.strip())
        port = parts.port
    except (BadUrl, ValueError) as error:
        raise BadWebhookUrl from error
    if parts.scheme not in PORTS or port == 0:
        raise BadWebhookUrl
    if not allow_private and (parts.scheme != "https" or _is_private(strict.host)):
        raise BadWebhookUrl
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme == "https", strict.host, port or PORTS[parts.scheme], path)


def _is_private(host: str) -> bool:
    """Whether it is plain from the name alone; what a name leads to is seen when it is connected to."""
    if is_ip(host):
        return not is_public(host)
    try:  # notations of IPv4 that some resolvers read: 127.1, 0x7f000001, 2130706433
        last = host.rpartition(".")[2]
        int(last, 0) if last[:1].isdigit() else ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal"))
    return True

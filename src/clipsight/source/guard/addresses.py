"""Which IP addresses are the public internet, and the lookup of names.

``ipaddress`` alone is not enough: it calls multicast, site-local and several ways to wrap an IPv4 address in an IPv6 one
global, loopback in NAT64 (``64:ff9b::7f00:1``) included. So wrapped addresses are unwrapped first and judged by what they
lead to.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # RFC 4291: all of IPv6 that was ever given out
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
_NOT_THE_INTERNET = (
    ipaddress.IPv4Network("192.88.99.0/24"),  # RFC 7526: 6to4 relays, deprecated
    ipaddress.IPv4Network("192.0.0.0/24"),  # RFC 6890: protocol assignments; one cloud keeps its metadata here
    ipaddress.IPv4Network("168.63.129.16/32"),  # another cloud's metadata, at an address that looks public
    ipaddress.IPv6Network("3fff::/20"),  # RFC 9637: documentation
)
# RFC 5214: an interface identifier that carries an IPv4 address, for tunnels inside a site; the second is "universal".
_ISATAP = (0x0000_5EFE, 0x0200_5EFE)


def is_public(text: str) -> bool:
    """Whether an address, IPv4 or IPv6 in text, is one that everybody on the internet may speak to."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if getattr(address, "scope_id", None):
        return False
    return all(_is_public(inner) for inner in _layers(address))


def look_up(host: str) -> list[str]:
    """The addresses of a name, in the order of the system's resolver, without repetitions.

    Raises:
        OSError: the name has no address or the resolver does not answer.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _layers(address: IPAddress) -> Iterator[IPAddress]:
    """The addresses that a packet to this one may end at: those it wraps, and itself unless it is only a wrapping."""
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    elif address in _NAT64:
        yield ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    elif address.sixtofour:
        yield address.sixtofour
    elif address.teredo:
        yield from address.teredo
    else:
        yield address


def _is_public(address: IPAddress) -> bool:
    return (
        address.is_global
        and (isinstance(address, ipaddress.IPv4Address) or address in _GLOBAL_UNICAST)
        and not any(address in network for network in _NOT_THE_INTERNET if network.version == address.version)
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not address.is_loopback
        and not address.is_link_local
    )

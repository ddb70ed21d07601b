"""What the guard lets through, without a network: addresses, host names, the operator's proxy."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clipsight.errors import BadSetting
from clipsight.source.guard import PLATFORM_SUFFIXES, Upstream, is_allowed, is_public


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "142.250.74.110",
        "2a00:1450:4001:82a::200e",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
        "2002:808:808::1",
        "2a00:1450::5efe:8.8.8.8",
        "168.63.129.17",
        "3ffe::1",
    ],
)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.88.99.1",
        "192.0.0.1",
        "192.0.0.9",  # global by the registry, for a protocol that a fetch does not speak
        "192.0.0.192",
        "168.63.129.16",
        "3fff::1",
        "3fff:fff:ffff::1",
        "5f00::1",
        "4000::1",
        "100::1",
        "2a00:1450::5efe:10.0.0.1",
        "2a00:1450::200:5efe:169.254.169.254",
        "2002:808:808::5efe:127.0.0.1",
        "fe80::5efe:8.8.8.8",
        "::ffff:168.63.129.16",
        "64:ff9b::168.63.129.16",
        "2002:a83f:8110::1",  # 6to4 by way of 168.63.129.16
        "::",
        "::1",
        "::7f00:1",
        "fe80::1",
        "fe80::1%eth0",
        "2a00:1450::1%eth0",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "64:ff9b:1::808:808",
        "2002:7f00:1::",
        "2002:a9fe:a9fe::1",
        "2001:0:808:808:0:0:80ff:fffe",  # Teredo to 127.0.0.1
        "2001:0:a00:1:0:0:f7f7:f7f7",  # Teredo by way of 10.0.0.1
        "2001:db8::1",
        "www.tiktok.com",
        "",
        "2130706433",
        "0x7f000001",
    ],
)
def test_everything_else_is_not_public(address: str) -> None:
    assert not is_public(address)


def wrapped(number: int) -> list[ipaddress.IPv6Address]:
    """Every known way to carry an IPv4 address in an IPv6 one, in public surroundings."""
    public = 0x2A00_1450_0000_0000 << 64
    teredo = (0x2001_0000 << 96) | (0x0808_0808 << 64)
    return [
        ipaddress.IPv6Address((0xFFFF << 32) | number),  # mapped
        ipaddress.IPv6Address((0x0064_FF9B << 96) | number),  # NAT64
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),  # 6to4
        ipaddress.IPv6Address(teredo | (number ^ 0xFFFF_FFFF)),  # Teredo client
        ipaddress.IPv6Address((0x2001_0000 << 96) | (number << 64) | (0x0808_0808 ^ 0xFFFF_FFFF)),  # Teredo server
        ipaddress.IPv6Address(public | (0x0000_5EFE << 32) | number),  # ISATAP
        ipaddress.IPv6Address(public | (0x0200_5EFE << 32) | number),  # ISATAP, universal
    ]


@given(st.ip_addresses(v=4))
def test_wrapping_never_makes_an_address_public(address: ipaddress.IPv4Address) -> None:
    for outer in wrapped(int(address)):
        assert is_public(str(outer)) == is_public(str(address)), outer
    if not address.is_global:
        assert not is_public(str(address))


INNER = [
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16", "172.16.0.0/12"),
    *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24"),
    *("203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
]


@given(st.sampled_from(INNER).flatmap(lambda network: st.ip_addresses(network=network)))
def test_no_inner_address_is_public_in_any_wrapping(address: ipaddress.IPv4Address) -> None:
    assert not any(is_public(str(form)) for form in (address, *wrapped(int(address))))


@given(st.ip_addresses(v=6))
def test_only_what_was_ever_given_out_is_public(address: ipaddress.IPv6Address) -> None:
    if is_public(str(address)):
        assert int(address) >> 125 == 1 or address in ipaddress.IPv6Network("64:ff9b::/96") or address.ipv4_mapped


@pytest.mark.parametrize(
    "host", ["www.tiktok.com", "tiktok.com", "v16-webapp-prime.tiktok.com", "rr1---sn-x.googlevideo.com", "i.ytimg.com"]
)
def test_hosts_of_the_platforms(host: str) -> None:
    assert is_allowed(host, PLATFORM_SUFFIXES)


@pytest.mark.parametrize(
    "host",
    [
        "eviltiktok.com",
        "tiktok.com.evil.example",
        "tiktok.com.",
        ".tiktok.com",
        "www..tiktok.com",
        "x@tiktok.com",
        "www.tiktok.com@10.0.0.1",
        "127.0.0.1",
        "[::1]",
        "localhost",
        "googleapis.com",
        "storage.googleapis.com",
        "WWW.TIKTOK.COM",
        "a" * 64 + ".tiktok.com",
        "a." * 130 + "tiktok.com",
        "",
    ],
)
def test_hosts_that_only_look_like_them(host: str) -> None:
    assert not is_allowed(host, PLATFORM_SUFFIXES)


def test_an_upstream_proxy_is_read_from_its_address() -> None:
    upstream = Upstream.parse("https://us%40er:pa%3Ass@proxy.example:8443/")
    assert upstream == Upstream("proxy.example", 8443, True, "us@er:pa:ss")
    assert "pa:ss" not in repr(upstream)
    assert Upstream.parse("http://10.0.0.5") == Upstream("10.0.0.5", 80)
    assert Upstream.parse("http://[fd00::1]:3128") == Upstream("fd00::1", 3128)
    assert Upstream.parse("http://squid_1.b\u00fcro.example.:3128").host == "squid_1.b\u00fcro.example."


@pytest.mark.parametrize(
    "url",
    [
        *("proxy.example:8080", "socks5://proxy.example", "http://", "http://p:x", "http://p/path", "x", "http://:80"),
        *(
            "http://p:80?x",
            "http://p:80#y",
            "http://p:80?x#y",
            "http://p/?x",
            "http://a b:80",
            "http://a\\b",
            "http://a%62",
        ),
        *(
            "http://exa..mple:3128",
            "http://.p",
            f"http://{'a' * 70}.example:80",
            "http://p:0",
            "http://p:70000",
            "http://a,b",
        ),
    ],
)
def test_another_kind_of_proxy_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="CLIPSIGHT_PROXY"):
        Upstream.parse(url)

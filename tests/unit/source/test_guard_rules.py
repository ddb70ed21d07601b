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


@given(st.ip_addresses(v=4))
def test_wrapping_never_makes_an_address_public(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    wrapped = [
        ipaddress.IPv6Address((0xFFFF << 32) | number),
        ipaddress.IPv6Address((0x0064_FF9B << 96) | number),
        ipaddress.IPv6Address((0x2002 << 112) | (number << 80)),
    ]
    for outer in wrapped:
        assert is_public(str(outer)) == is_public(str(address))
    if not address.is_global:
        assert not is_public(str(address))


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


@pytest.mark.parametrize(
    "url", ["proxy.example:8080", "socks5://proxy.example", "http://", "http://p:x", "http://p/path", "x"]
)
def test_another_kind_of_proxy_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="CLIPSIGHT_PROXY"):
        Upstream.parse(url)

"""Attacks on the way out: a platform, or who controls its answers, sends the fetch into the operator's network.

With both HTTP clients of yt-dlp, and with an environment that asks libraries to go around the proxy.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from clipsight.testing.platforms.attacks import (
    CASES,
    ENVIRONMENTS,
    PAGE,
    REBOUND,
    REBOUND_PAGES,
    TARGETS,
    Case,
    Struck,
    markdown,
    rebind,
    strike_all,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("platforms")]

ROOT = Path(__file__).resolve().parents[3]
REBINDING = (*(attack for attack in TARGETS if "behind it" in attack), *REBOUND_PAGES)
# How the guard refuses: curl opens a tunnel for everything, requests only for https. Without one the client itself knows no
# such scheme.
REFUSED = {
    "plain http to loopback": {"method", "port"},
    "plain http to a name of loopback": {"method", "port"},
    "plain http to the cloud's metadata": {"method", "port"},
    "https to an address": {"port"},
    "https to an address on 443": {"host"},
    "https to IPv6 loopback": {"host"},
    "another host": {"host"},
    "a host that looks alike": {"host"},
    "an allowed name as user": {"host"},
    "another port": {"port"},
    "a file": set[str](),
    "ftp": {"port"},
    "data": set[str](),
    "gopher": set[str](),
    **{attack: {"address"} for attack in REBINDING},
}


@pytest.fixture(scope="module")
def struck(clip: Path) -> Iterator[Future[dict[str, dict[Case, Struck]]]]:
    """All attacks, one environment after the other, for they are those of this process."""
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(lambda: {name: strike_all(clip, variables) for name, variables in ENVIRONMENTS.items()})


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize(("attack", "client"), CASES)
def test_media_redirects(attack: str, client: str, environment: str, struck: Future[dict[str, dict[Case, Struck]]]) -> None:
    end = struck.result()[environment][attack, client]
    assert end.code == ("network" if attack in REBINDING else "platform_changed")
    assert not end.inside
    if REFUSED[attack] and not (client == "requests" and attack == "ftp"):
        assert end.refused
        assert set(end.refused) <= REFUSED[attack], "the guard refused it for this reason, not by chance"
    else:
        assert not end.refused


def test_the_page_says_what_happened(struck: Future[dict[str, dict[Case, Struck]]]) -> None:
    page = (ROOT / PAGE).read_text(encoding="utf-8")
    assert page == markdown(struck.result()), "run python -m clipsight.testing.platforms.attacks"


@pytest.mark.parametrize("address", REBOUND)
def test_every_inner_address_behind_an_allowed_name_is_refused(address: str) -> None:
    assert rebind(address) == ("address",)


def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    assert rebind("93.184.215.14", "127.0.0.1") == ("address",)

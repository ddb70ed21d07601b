"""Attacks on the way out: a platform, or who controls its answers, sends the fetch into the operator's network.

With both HTTP clients of yt-dlp, and with an environment that asks libraries to go around the proxy.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import curl_cffi.requests
import pytest
import requests

from clipsight.errors import ClipsightError
from clipsight.schema.video import VideoRef
from clipsight.source.fetch import fetch
from clipsight.source.guard import Guard, GuardRules
from clipsight.source.links import parse_link
from clipsight.source.options import FetchSettings
from clipsight.testing.platforms import Scenario, SimulatedPlatforms
from clipsight.testing.platforms.scenarios import Fault

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("platforms")]

HOLES = ("NO_PROXY", "no_proxy")
RULES = GuardRules(budget_bytes=1_000_000, deadline_seconds=10)
FIRST_ID = 7300000000000100000


@pytest.fixture(scope="module", autouse=True)
def _an_environment_that_goes_around_proxies() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in HOLES:
            patch.setenv(name, "127.0.0.1,169.254.169.254,localhost,*")
        yield


@pytest.fixture(scope="module")
def canary() -> Iterator[socket.socket]:
    """A service inside the operator's network. Nobody may reach it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


# Where the media redirects to, and how the guard refuses it; curl opens a tunnel for everything, requests only for https.
# Without a rule of the guard the client itself knows no such scheme.
TARGETS: dict[str, tuple[str, set[str]]] = {
    "plain http to loopback": ("http://127.0.0.1:{port}/x", {"method", "port"}),
    "plain http to a name of loopback": ("http://localhost:{port}/x", {"method", "port"}),
    "plain http to the cloud's metadata": ("http://169.254.169.254/latest/meta-data/", {"method", "port"}),
    "https to an address": ("https://127.0.0.1:{port}/x", {"port"}),
    "https to an address on 443": ("https://169.254.169.254/x", {"host"}),
    "https to IPv6 loopback": ("https://[::1]/x", {"host"}),
    "another host": ("https://example.com/x", {"host"}),
    "a host that looks alike": ("https://www.tiktok.com.evil.example/x", {"host"}),
    "an allowed name as user": ("https://www.tiktok.com@10.0.0.1/x", {"host"}),
    "another port": ("https://www.tiktok.com:{port}/x", {"port"}),
    "a file": ("file:///etc/passwd", set()),
    "ftp": ("ftp://127.0.0.1:{port}/x", {"port"}),
    "data": ("data:video/mp4;base64,AAAA", set()),
    "gopher": ("gopher://127.0.0.1:{port}/x", set()),
}
CLIENTS = {"requests": None, "curl": "chrome"}
ATTACKS = [(attack, client) for attack in TARGETS for client in CLIENTS]


def scenario_of(attack: str, client: str, port: int) -> Scenario:
    video_id = str(FIRST_ID + ATTACKS.index((attack, client)))
    fault = Fault(target=TARGETS[attack][0].format(port=port))
    link = f"https://www.tiktok.com/@a/video/{video_id}"
    return Scenario(f"{attack}-{client}", "tiktok", video_id, link, "redirects its media", fault=fault)


def strike(scenario: Scenario, world: SimulatedPlatforms, client: str, folder: Path) -> ClipsightError | None:
    settings = FetchSettings(impersonate=CLIENTS[client], ca_bundle=world.ca_bundle, stand_ins=world.host_map())
    ref = parse_link(scenario.link)
    assert isinstance(ref, VideoRef)
    try:
        fetch(ref, folder, scenario.limits, settings, lambda _done, _total: None, threading.Event())
    except ClipsightError as error:
        return error
    return None


@pytest.fixture(scope="module")
def struck(
    canary: socket.socket, clip: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], Future[ClipsightError | None]]]:
    """All attacks, two at a time."""
    port = canary.getsockname()[1]
    scenarios = {pair: scenario_of(*pair, port) for pair in ATTACKS}
    folder = tmp_path_factory.mktemp("attacks")
    with SimulatedPlatforms(clip, list(scenarios.values())) as world, ThreadPoolExecutor(2) as pool:
        yield {pair: pool.submit(strike, scenario, world, pair[1], folder) for pair, scenario in scenarios.items()}
        pool.shutdown(cancel_futures=True)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(("attack", "client"), ATTACKS)
def test_media_redirects(
    attack: str, client: str, canary: socket.socket, struck: dict[tuple[str, str], Future[ClipsightError | None]]
) -> None:
    error = struck[attack, client].result()
    refusals = TARGETS[attack][1]
    assert error is not None
    seen = set(re.findall(r"Refusal\(kind='(\w+)'", str(error.__cause__)))
    assert error.code == "platform_changed"
    if refusals and not (client == "requests" and attack == "ftp"):
        assert seen
        assert seen <= refusals, "the guard refused it for this reason, not by chance"
    else:
        assert not seen
    with pytest.raises(BlockingIOError):
        canary.accept()


Client = Callable[[str, str], object]


def with_requests(url: str, proxy: str) -> object:
    with requests.Session() as session:
        session.trust_env = False  # the child's environment is empty, see below
        return session.get(url, proxies={"https": proxy}, timeout=5)


def with_curl(url: str, proxy: str) -> object:
    with curl_cffi.requests.Session() as session:
        return session.get(url, proxies={"https": proxy}, timeout=5)


REBOUND = [
    "127.0.0.1",
    "::ffff:10.0.0.1",
    "169.254.169.254",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fec0::1",
    "::1",
    "0.0.0.0",
]


@pytest.mark.parametrize("address", REBOUND)
@pytest.mark.parametrize("client", [with_requests, with_curl], ids=["requests", "curl"])
def test_an_allowed_name_that_resolves_to_an_inner_address(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in HOLES:
        monkeypatch.delenv(name)  # what the child has; with them libcurl would not even ask the proxy
    with Guard(RULES, lookup=lambda _: [address]) as guard:
        with pytest.raises((requests.RequestException, curl_cffi.requests.exceptions.RequestException)):
            client("https://www.tiktok.com/", guard.proxy_url)
        assert [refusal.kind for refusal in guard.report.refusals] == ["address"]
        assert guard.report.tunnels == 0


def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    with Guard(RULES, lookup=lambda _: ["93.184.215.14", "127.0.0.1"]) as guard:
        with pytest.raises(requests.RequestException):
            with_requests("https://www.tiktok.com/", guard.proxy_url)
        assert [refusal.kind for refusal in guard.report.refusals] == ["address"]

"""Platforms that send a fetch into the operator's network, and what became of it.

``python -m clipsight.testing.platforms.attacks`` writes the page about it. Each attack with both HTTP clients of yt-dlp,
and in environments that ask libraries to go around the proxy.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import sys
import tempfile
import threading
from collections.abc import Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clipsight.errors import ClipsightError
from clipsight.source.fetch import fetch
from clipsight.source.guard import Guard, GuardRules
from clipsight.source.links import Link, read_link
from clipsight.source.options import FetchSettings
from clipsight.testing.clips import render
from clipsight.testing.platforms.matrix import AT_ONCE, CLIP
from clipsight.testing.platforms.scenarios import Fault, Scenario
from clipsight.testing.platforms.world import SimulatedPlatforms

PAGE = Path("docs/explanation/fetch-attacks.md")
FIRST_ID = 7300000000000100000
RULES = GuardRules(budget_bytes=1_000_000, deadline_seconds=10)

# Where the media redirects to. PORT is one of a service on this machine that nobody may reach.
TARGETS: Mapping[str, str] = {
    "plain http to loopback": "http://127.0.0.1:PORT/x",
    "plain http to a name of loopback": "http://localhost:PORT/x",
    "plain http to the cloud's metadata": "http://169.254.169.254/latest/meta-data/",
    "https to an address": "https://127.0.0.1:PORT/x",
    "https to an address on 443": "https://169.254.169.254/x",
    "https to IPv6 loopback": "https://[::1]/x",
    "another host": "https://example.com/x",
    "a host that looks alike": "https://www.tiktok.com.evil.example/x",
    "an allowed name as user": "https://www.tiktok.com@10.0.0.1/x",
    "another port": "https://www.tiktok.com:PORT/x",
    "a file": "file:///etc/passwd",
    "ftp": "ftp://127.0.0.1:PORT/x",
    "data": "data:video/mp4;base64,AAAA",
    "gopher": "gopher://127.0.0.1:PORT/x",
    "a name of the platform, with loopback behind it": "https://inside-0.tiktok.com/x",
    "a name of the platform, with the cloud's metadata behind it": "https://inside-1.tiktok.com/x",
    "a name of the platform, with an inner address in disguise behind it": "https://inside-2.tiktok.com/x",
}
# What the names lead to that are looked up: those of the last redirects, and the platform's own in the attacks below.
BEHIND: Mapping[str, str] = {
    "inside-0.tiktok.com": "127.0.0.1",
    "inside-1.tiktok.com": "169.254.169.254",
    "inside-2.tiktok.com": "::ffff:10.0.0.1",
}
PAGE_HOST = "www.tiktok.com"
REBOUND_PAGES: Mapping[str, str] = {
    "the page's own name leads to loopback": "127.0.0.1",
    "the page's own name leads to the cloud's metadata": "169.254.169.254",
}
CLIENTS: Mapping[str, str | None] = {"requests": None, "curl": "chrome"}
AROUND = "127.0.0.1,169.254.169.254,localhost,*"
INNER_PROXY = "http://127.0.0.1:PORT"
ENVIRONMENTS: Mapping[str, Mapping[str, str]] = {
    "`NO_PROXY` set": {"NO_PROXY": AROUND, "no_proxy": AROUND},
    "proxies set": dict.fromkeys(("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"), INNER_PROXY),
}
REBOUND = (
    *("127.0.0.1", "0.0.0.1", "10.0.0.1", "169.254.169.254", "168.63.129.16", "192.0.0.192", "::1", "::ffff:10.0.0.1"),
    *("64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:808:808:0:0:80ff:fffe", "2a00:1450::5efe:10.0.0.1", "fec0::1", "3fff::1"),
)

HEAD = """# Attacks on the way out

<!-- Written by `python -m clipsight.testing.platforms.attacks` from a run; do not edit. -->

A platform, or who controls its answers, tries to send a fetch into the operator's network. Each row was played with the
real yt-dlp against simulated platforms, once with each of its HTTP clients, with variables in the server's environment that
ask libraries to go around a proxy (`NO_PROXY` for every address) or to use another one (a service inside). The columns say
what the egress guard refused; where it refused nothing, the client itself knows no such scheme. The service inside waited
for a visitor in all of them. Where a name leads inside, the lookup alone is a stand-in. The tests play the same attacks and
compare their outcome with this page. What holds behind the guard is in
[decision 0007](../decisions/0007-joining-streams.md).
"""


@dataclass(frozen=True, slots=True)
class Struck:
    """What an attack came to: the error's code, the rules of the guard that refused it, whether somebody got inside."""

    code: str
    refused: tuple[str, ...] = ()
    inside: bool = False

    @property
    def words(self) -> str:
        """As the page shows it."""
        refused = f"refused ({', '.join(self.refused)})" if self.refused else "not followed"
        return f"{refused}, `{self.code}`" + (" and **REACHED**" if self.inside else "")


Case = tuple[str, str]
PAGE_CLIENT = "curl"  # TikTok's pages are asked for with it, whatever the client of the media
CASES: tuple[Case, ...] = (
    *((attack, client) for attack in TARGETS for client in CLIENTS),
    *((attack, PAGE_CLIENT) for attack in REBOUND_PAGES),
)


@contextmanager
def environment(variables: Mapping[str, str], port: int) -> Generator[None]:
    """These variables in this process, until the end."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update({name: value.replace("PORT", str(port)) for name, value in variables.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def strike_all(clip: Path, variables: Mapping[str, str]) -> dict[Case, Struck]:
    """Every attack with every client in one environment."""
    with socket.create_server(("127.0.0.1", 0)) as inside, tempfile.TemporaryDirectory() as folder:
        inside.setblocking(False)
        port = int(inside.getsockname()[1])
        scenarios = {case: _scenario(number, case, port) for number, case in enumerate(CASES)}
        with (
            environment(variables, port),
            SimulatedPlatforms(clip, list(scenarios.values())) as world,
            ThreadPoolExecutor(AT_ONCE) as pool,
        ):
            ends = {case: pool.submit(_strike, scenarios[case], world, case, Path(folder)) for case in CASES}
            struck = {case: end.result() for case, end in ends.items()}
        assert not any(Path(folder).iterdir()), "an attack leaves nothing behind"
        try:
            inside.accept()[0].close()
        except BlockingIOError:
            return struck
        return {case: Struck(end.code, end.refused, inside=True) for case, end in struck.items()}


NAMES = """\
More addresses behind the name of a platform, asked of the guard itself: one `CONNECT` each, without yt-dlp, and so without
an environment that could matter.
"""


def rebind(*addresses: str) -> tuple[str, ...]:
    """What the guard refuses when an allowed name leads to these addresses; asked by a plain ``CONNECT``, not by yt-dlp."""
    with Guard(RULES, lookup=lambda _: list(addresses)) as guard:
        connection = http.client.HTTPConnection("127.0.0.1", guard.port, timeout=10)
        connection.set_tunnel("www.tiktok.com", 443, {"Proxy-Authorization": guard.proxy_authorization})
        try:
            connection.connect()
        except OSError:
            pass
        finally:
            connection.close()
        return tuple(refusal.kind for refusal in guard.report.refusals)


def markdown(struck: Mapping[str, Mapping[Case, Struck]]) -> str:
    """The whole page; ``struck`` by environment."""
    head = f"| the media redirects to | client | {' | '.join(ENVIRONMENTS)} |"
    rows = [head, "| --- | --- |" + " --- |" * len(ENVIRONMENTS)]
    for attack, client in CASES:
        ends = " | ".join(struck[name][attack, client].words for name in ENVIRONMENTS)
        if attack == next(iter(REBOUND_PAGES)):
            rows += ["", "## The platform's own name", "", f"| what happens {head[head.index('| client') :]}", rows[1]]
        what = f"{attack}: `{TARGETS.get(attack) or REBOUND_PAGES[attack]}`"
        rows.append(f"| {what} | {client} | {ends} |")
    names = ["| the name of a platform leads to | the guard refuses |", "| --- | --- |"]
    names += [f"| `{address}` | {', '.join(rebind(address)) or '**NOTHING**'} |" for address in REBOUND]
    return "\n".join([HEAD, "## Redirects", "", *rows, "", "## Names", "", NAMES, *names, ""])


def _scenario(number: int, case: Case, port: int) -> Scenario:
    video_id = str(FIRST_ID + number)
    target = TARGETS.get(case[0])
    fault = Fault(target=target.replace("PORT", str(port))) if target else None
    link = f"https://www.tiktok.com/@a/video/{video_id}"
    return Scenario(" with ".join(case), "tiktok", video_id, link, "redirects its media", fault=fault)


def _strike(scenario: Scenario, world: SimulatedPlatforms, case: Case, folder: Path) -> Struck:
    attack, client = case
    hosts, behind = dict(world.host_map()), dict(BEHIND)
    if attack in REBOUND_PAGES:
        del hosts[PAGE_HOST]
        behind[PAGE_HOST] = REBOUND_PAGES[attack]
    settings = FetchSettings(
        impersonate=CLIENTS[client], ca_bundle=world.ca_bundle, stand_ins=hosts, lookup=lambda host: [behind[host]]
    )
    link = read_link(scenario.link)
    assert isinstance(link, Link)
    try:
        fetch(link, folder, scenario.limits, settings, lambda _done, _total: None, threading.Event())
    except ClipsightError as error:
        refused = re.findall(r"Refusal\(kind='(\w+)'", str(error.__cause__))
        return Struck(error.code, tuple(sorted(set(refused))))
    return Struck("ok")


def main(target: Path = PAGE) -> None:
    """Plays everything and writes the page, from the root of the repository."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "clip.mp4"
        render(CLIP, clip)
        struck = {name: strike_all(clip, variables) for name, variables in ENVIRONMENTS.items()}
    target.write_text(markdown(struck), encoding="utf-8")
    sys.stdout.write(f"{target}: {len(CASES)} attacks in {len(ENVIRONMENTS)} environments\n")


if __name__ == "__main__":
    main()

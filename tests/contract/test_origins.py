"""Pages of other origins that the operator lets in, with tokens and with open access."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from clipsight.testing.server import TestServer
from clipsight.testing.tokens import bearer, command

APP = "https://app.example.com"
OTHERS = ["https://evil.example", "http://app.example.com", "https://app.example.com:8443", "null"]
LINK = {"url": "https://www.instagram.com/reel/Chunk8-jurw/"}


@pytest.fixture(scope="module", params=["open", "token"])
def access(request) -> str:
    return request.param


@pytest.fixture(scope="module")
def server(access, tmp_path_factory) -> Iterator[TestServer]:
    settings = {"CLIPSIGHT_ACCESS": access, "CLIPSIGHT_ALLOWED_ORIGINS": f"{APP},https://second.example"}
    with TestServer(tmp_path_factory.mktemp("origins"), settings) as running:
        yield running


@pytest.fixture(scope="module")
def headers(access, server) -> dict[str, str]:
    return bearer(command(server, "create", "page")) if access == "token" else {}


def preflight(server: TestServer, origin: str) -> httpx.Response:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,idempotency-key"}
    return server.client.options("/v1/jobs", headers={"Origin": origin, **asked})


def test_a_page_that_is_let_in_may_ask_send_and_read(server, headers):
    asked = preflight(server, APP)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == APP
    assert {"POST", "GET", "DELETE"} <= set(asked.headers["access-control-allow-methods"].split(", "))
    assert "access-control-allow-credentials" not in asked.headers
    taken = server.client.post("/v1/jobs", json=LINK, headers={"Origin": APP, **headers})
    assert taken.status_code in {200, 202}
    assert taken.headers["access-control-allow-origin"] == APP
    shown = set(taken.headers["access-control-expose-headers"].split(", "))
    assert {"Location", "Retry-After", "RateLimit", "RateLimit-Policy"} <= shown
    refused = server.client.post("/v1/jobs", json={}, headers={"Origin": APP, **headers})
    assert refused.status_code == 400
    assert refused.headers["access-control-allow-origin"] == APP, "the page must be able to read why"


@pytest.mark.parametrize("origin", OTHERS)
def test_every_other_page_stays_out(access, server, headers, origin):
    for answer in (
        preflight(server, origin),
        server.client.get("/v1/jobs/999999", headers={"Origin": origin, **headers}),
    ):
        assert "access-control-allow-origin" not in answer.headers
        assert answer.status_code in ({400, 404} if access == "token" else {403})

"""With tokens: who comes in, who does not, and what they read. The rows of both pages on 401, 403 and 404."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from clipsight.access.tokens import new_token
from clipsight.testing.server import TestServer
from clipsight.testing.tokens import Governor, bearer, command

REEL = "https://www.instagram.com/reel/Chunk8-jurw/"
MISSING = "API token required (Authorization: Bearer ist_...)"
INVALID = "invalid API token"

# Everything that asks who calls.
ROUTES = [
    ("POST", "/v1/jobs"),
    ("GET", "/v1/jobs/1"),
    ("GET", "/v1/jobs/00000000-0000-4000-8000-000000000000"),
    ("GET", "/v1/jobs/1/evidence"),
    ("GET", "/v1/jobs/1/keyframes/k1"),
    ("GET", "/v1/jobs/1/transcript.vtt"),
    ("GET", "/v1/jobs"),
    ("GET", "/api/v1/reels"),
    ("DELETE", "/v1/jobs/1"),
    ("POST", "/api/v1/reels/analyze"),
    ("GET", "/api/v1/reels/1"),
    ("DELETE", "/api/v1/reels/1"),
]
PUBLIC = ["/healthz", "/openapi.json", "/docs/api", "/docs/errors", "/docs/formats/recipe.json", "/llms.txt"]
ADMIN = [("POST", "/v1/tokens"), ("GET", "/v1/tokens"), ("DELETE", "/v1/tokens/1")]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[TestServer]:
    with TestServer(tmp_path_factory.mktemp("tokens"), {"CLIPSIGHT_ACCESS": "token"}) as running:
        yield running


@pytest.fixture(scope="module")
def token(server) -> str:
    return command(server, "create", "usual")


@pytest.fixture(scope="module")
def governor(server) -> Governor:
    return Governor(server)


@pytest.fixture(scope="module")
def halves(server, governor) -> dict[str, str]:
    """Tokens that may do one thing, and govern."""
    return {scope: governor.token(scopes=[scope, "admin"]) for scope in ("read", "submit")}


def expected(path: str, text: str, code: str) -> dict[str, str]:
    return {"error": text} if path.startswith("/api") else {"error": text, "code": code}


def test_the_start_says_how_to_make_the_first_token(server):
    assert "clipsight token create NAME" in server.log()


@pytest.mark.row("errors missing token", "errors 401", "get 401")
@pytest.mark.parametrize(("method", "path"), [*ROUTES, *ADMIN])
@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic dXNlcjpwYXNz", "ist_abc", "Token ist_abc"])
def test_401_missing_token(server, method, path, header):
    headers = {} if header is None else {"Authorization": header}
    answer = server.client.request(method, path, headers=headers)
    assert answer.status_code == 401
    assert answer.json() == expected(path, MISSING, "token_required")
    assert answer.headers["www-authenticate"] == 'Bearer realm="clipsight"'


@pytest.mark.row("errors invalid token", "errors 401", "get 401")
@pytest.mark.parametrize(("method", "path"), [*ROUTES, *ADMIN])
@pytest.mark.parametrize(
    "wrong", ["x", "ist_abc", "ist_" + "a" * 46, new_token(), "ist_" + "a" * 8000, new_token() + " " + new_token(), '"'],
    ids=["no form", "too short", "checksum", "unknown", "huge", "two", "quote"],
)  # fmt: skip
def test_401_invalid_token(server, method, path, wrong):
    answer = server.client.request(method, path, headers=bearer(wrong))
    assert answer.status_code == 401
    assert answer.json() == expected(path, INVALID, "token_invalid")
    assert answer.headers["www-authenticate"] == 'Bearer realm="clipsight", error="invalid_token"'


@pytest.mark.parametrize("path", PUBLIC)
def test_what_everybody_may_read(server, path):
    assert server.client.get(path).status_code == 200


@pytest.mark.row("get request")
@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_the_scheme_is_read_as_http_says(server, token, scheme):
    answer = server.client.get("/api/v1/reels/999999", headers={"Authorization": scheme + token})
    assert answer.status_code == 404
    assert answer.json() == {"message": "not found", "status": "error"}


@pytest.mark.row("get request", "errors 404", "get 404")
def test_404_of_a_job_of_another_token(server, token):
    mine = server.client.post("/v1/jobs", json={"url": REEL}, headers=bearer(token))
    assert mine.status_code in {200, 202}, mine.text
    reel = server.client.post("/api/v1/reels/analyze", json={"url": REEL}, headers=bearer(token)).json()["id"]
    stranger = bearer(command(server, "create", "stranger"))
    uuid = mine.json()["jobId"]
    for path in (f"/v1/jobs/{uuid}", f"/v1/jobs/{reel}", f"/v1/jobs/{uuid}/evidence", f"/v1/jobs/{uuid}/keyframes/k1"):
        answer = server.client.get(path, headers=stranger)
        assert (answer.status_code, answer.json()) == (404, {"error": "Job not found"})
    answer = server.client.delete(f"/v1/jobs/{uuid}", headers=stranger)
    assert (answer.status_code, answer.json()) == (404, {"error": "Job not found"})
    for method in ("GET", "DELETE"):
        answer = server.client.request(method, f"/api/v1/reels/{reel}", headers=stranger)
        assert (answer.status_code, answer.json()) == (404, {"message": "not found", "status": "error"})
    assert server.client.get(f"/v1/jobs/{uuid}", headers=bearer(token)).status_code == 200
    assert server.client.get(f"/api/v1/reels/{reel}", headers=bearer(token)).status_code == 200


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_403_without_the_permission(server, halves, method, path):
    needed, other = ("read", "submit") if method == "GET" else ("submit", "read")
    answer = server.client.request(method, path, headers=bearer(halves[other]))
    assert answer.status_code == 403
    assert answer.json() == {"error": f"The token lacks the permission {needed}", "code": "missing_scope"}
    challenge = f'Bearer realm="clipsight", error="insufficient_scope", scope="{needed}"'
    assert answer.headers["www-authenticate"] == challenge


def test_a_token_that_is_revoked_is_refused_by_the_next_request(server):
    held = command(server, "create", "short lived")
    assert server.client.get("/v1/jobs/999999", headers=bearer(held)).status_code == 404
    line = next(line for line in command(server, "list").splitlines() if held[:16] in line)
    assert held not in line
    command(server, "revoke", line.split()[0])
    answer = server.client.get("/v1/jobs/999999", headers=bearer(held))
    assert (answer.status_code, answer.json()["error"]) == (401, INVALID)
    assert held[:16] not in command(server, "list")


@pytest.mark.parametrize("query", ["access_token={}", "token={}", "a=1&key={}", "{}", "q=Bearer%20{}", "t=%20{}"])
def test_a_token_in_an_address_is_refused_even_with_a_good_header(server, token, query):
    for headers in ({}, bearer(token)):
        answer = server.client.get("/v1/jobs/1?" + query.format(quote(token)), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (400, "token_misplaced")
        assert token not in answer.text


def test_several_authorization_headers_are_refused(server, token):
    with httpx.Client(base_url=server.url) as client:
        request = client.build_request("GET", "/v1/jobs/1")
        request.headers = httpx.Headers(
            [("Host", "localhost"), ("Authorization", f"Bearer {token}"), ("Authorization", "Bearer x")]
        )
        answer = client.send(request)
    assert (answer.status_code, answer.json()["code"]) == (400, "token_misplaced")


def test_no_token_is_ever_in_the_log_or_in_an_answer(server, token):
    server.client.post("/v1/jobs", content=b"{", headers=bearer(token))
    server.client.get(f"/v1/jobs/1?token={token}")
    assert token[16:] not in server.log()


def test_a_page_of_another_site_has_no_token_and_gets_no_permission(server):
    origin = {"Origin": "https://evil.example"}
    answer = server.client.post("/v1/jobs", json={"url": REEL}, headers=origin)
    assert answer.status_code == 401
    assert not [name for name in answer.headers if name.startswith("access-control")]
    wanted = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    asked = server.client.options("/v1/jobs", headers=wanted)
    assert asked.status_code == 204
    assert not [name for name in asked.headers if name.startswith("access-control")]


@pytest.mark.parametrize(("method", "path"), ADMIN)
def test_403_for_the_administration_with_a_usual_token(server, token, method, path):
    answer = server.client.request(method, path, headers=bearer(token))
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")


def test_tokens_are_made_listed_and_revoked_over_http(server, governor):
    made = governor.ask("POST", "", json={"name": "phone", "scopes": ["read"], "limits": {"perMinute": 7}})
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    body = made.json()
    secret = body.pop("token")
    assert body["prefix"] == secret[:16]
    assert (body["scopes"], body["limits"]["perMinute"], body["limits"]["maxBytes"]) == (["read"], 7, None)
    assert server.client.get("/v1/jobs/999999", headers=bearer(secret)).status_code == 404
    listed = governor.ask("GET", "")
    assert secret not in listed.text
    (known,) = [one for one in listed.json()["tokens"] if one["id"] == body["id"]]
    assert known.pop("lastUsedAt") is not None
    body.pop("lastUsedAt")
    assert known == body
    for _ in range(2):
        assert governor.ask("DELETE", f"/{body['id']}").status_code == 204
    assert server.client.get("/v1/jobs/999999", headers=bearer(secret)).status_code == 401


@pytest.mark.parametrize("number", ["0", "999999", "x", "-1", "9" * 30, "1.5", "%00"])
def test_404_of_a_token_that_is_not_there(governor, number):
    answer = governor.ask("DELETE", f"/{number}")
    assert (answer.status_code, answer.json()) == (404, {"error": "Token not found"})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": 5},
        {"name": "x", "scopes": []},
        {"name": "x", "scopes": ["root"]},
        {"name": "x", "scopes": "read"},
        {"name": "x", "scopes": ["read", "read"]},
        {"name": "x", "scopes": [["read"]]},
        {"name": "x", "limits": {"perMinute": 0}},
        {"name": "x", "limits": {"perMinute": "5"}},
        {"name": "x", "limits": {"perMinute": True}},
        {"name": "x", "limits": {"per_minute": 5}},
        {"name": "x", "limits": {"perMinute": 2**70}},
        {"name": "x", "limits": []},
        [],
        "",
    ],
)
def test_400_of_a_token_that_cannot_be_meant(governor, body):
    answer = governor.ask("POST", "", json=body)
    assert answer.status_code == 400, answer.text
    assert set(answer.json()) == {"error", "code"}

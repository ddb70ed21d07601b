"""Whatever is sent, the answer is a refusal in the words of the dialect: never 422, never 500, never an echo."""

from __future__ import annotations

import http.client
import json
from urllib.parse import urlsplit

import pytest

from clipsight.errors import TooLarge
from clipsight.testing.server import TestServer

SUBMITS = ["/v1/jobs", "/api/v1/reels/analyze"]
MARK = "<script>MARK</script>"

BAD_JSON = {
    "broken": b'{"url": ',
    "array": b'["https://www.instagram.com/reel/Chunk8-jurw/"]',
    "text": b'"url"',
    "number": b"7",
    "null": b"null",
    "deep": b'{"url":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "twice": b'{"url": "https://a.example", "url": "https://b.example"}',
    "not utf-8": b'{"url": "\xff\xfe"}',
    "nul": b'{"url": "https://www.instagram.com/reel/Chunk8\\u0000-jurw/"}',
    "lone surrogate": b'{"url": "https://www.instagram.com/reel/\\ud800/"}',
    "url is a number": b'{"url": 5}',
    "url is an object": b'{"url": {"$ne": 1}}',
    "url is true": b'{"url": true}',
    "format is a list": b'{"url": "https://www.instagram.com/reel/Chunk8-jurw/", "format": ["recipe"]}',
    "huge number": b'{"url": 1' + b"0" * 5000 + b"}",
    "nan": b'{"url": NaN}',
    "markup": f'{{"url": "https://{MARK}.example/{MARK}"}}'.encode(),
}


def refusal(answer, path: str) -> dict:
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert MARK not in answer.text
    if path.startswith("/api"):
        assert set(body) == {"message", "status", "code"}
        assert body["status"] == "error"
    else:
        assert set(body) == {"error", "code"}
    return body


@pytest.mark.parametrize("path", SUBMITS)
@pytest.mark.parametrize("name", BAD_JSON)
def test_json_that_is_not_what_was_agreed(server, path, name):
    answer = server.client.post(path, content=BAD_JSON[name], headers={"Content-Type": "application/json"})
    assert answer.status_code == 400
    refusal(answer, path)


@pytest.mark.parametrize("path", SUBMITS)
def test_a_body_that_is_too_large(server, path):
    body = json.dumps({"url": "https://www.instagram.com/reel/" + "a" * 100_000})
    answer = server.client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, refusal(answer, path)["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("path", SUBMITS)
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/mixed; boundary=x"])
def test_a_body_of_another_type(server, path, kind):
    answer = server.client.post(path, content=b'{"url": "x"}', headers={"Content-Type": kind})
    assert (answer.status_code, refusal(answer, path)["code"]) == (415, "unsupported_content_type")


LINK_AS_JSON = b'{"url": "https://www.instagram.com/reel/Chunk8-jurw/"}'


@pytest.mark.parametrize("path", SUBMITS)
@pytest.mark.parametrize("kind", ["", "; charset=UTF-8"])
def test_json_that_curl_calls_a_form(server, path, kind):
    headers = {"Content-Type": f"application/x-www-form-urlencoded{kind}"}
    answer = server.client.post(path, content=LINK_AS_JSON, headers=headers)
    assert answer.status_code in {200, 202}, answer.text
    foreign = server.client.post(path, content=LINK_AS_JSON, headers={**headers, "Origin": "https://evil.example"})
    assert (foreign.status_code, foreign.json()["code"]) == (403, "foreign_host")


@pytest.mark.parametrize("path", SUBMITS)
@pytest.mark.parametrize(
    "body", [b"url=https%3A%2F%2Fwww.instagram.com%2Freel%2FChunk8-jurw%2F", b'{"url": ', b"[]", b'"url"']
)
def test_a_form_that_is_not_json(server, path, body):
    answer = server.client.post(path, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert (answer.status_code, refusal(answer, path)["code"]) == (415, "unsupported_content_type")


@pytest.mark.parametrize("path", SUBMITS)
@pytest.mark.parametrize(
    ("form", "status"),
    [
        (b"", 400),
        (b"--x--\r\n", 400),
        (b"nothing like a form", 400),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\ncut o', 400),
        (b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n\r\n--x--\r\n', 400),
        (b'--x\r\nContent-Disposition: form-data; name="url"\r\n\r\n\xff\r\n--x--\r\n', 400),
        (b'--x\r\nContent-Disposition: form-data; name="url"\r\n\r\n' + b"a" * 10_000 + b"\r\n--x--\r\n", 413),
        (b"--x\r\nNo-Colon\r\n\r\n\r\n--x--\r\n", 400),
        (b"--x\r\n" + b"A: b\r\n" * 1000 + b"\r\n\r\n--x--\r\n", 400),
        (
            b"".join(b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % n for n in range(99))
            + b"--x--\r\n",
            400,
        ),
    ],
)
def test_a_form_that_is_not_what_was_agreed(server, path, form, status):
    answer = server.client.post(path, content=form, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert answer.status_code == status
    refusal(answer, path)


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 500]
)
def test_a_form_without_a_usable_boundary(server, kind):
    answer = server.client.post("/v1/jobs", content=b"--x--", headers={"Content-Type": kind})
    assert answer.status_code == 400
    refusal(answer, "/v1/jobs")


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example:80"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:3000"},
    ],
)
@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/jobs/1", "/api/v1/reels/1"])
def test_a_page_of_another_site_cannot_drive_the_server(server, headers, path):
    method = "POST" if path == "/v1/jobs" else "GET"
    answer = server.client.request(method, path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_host")
    assert set(answer.json()) == {"error", "code"}


@pytest.mark.parametrize("path", SUBMITS)
@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_form_with_a_file_from_a_page_of_another_site(server, path, origin):
    """Browsers send such a form without asking first."""
    answer = server.client.post(path, files={"file": ("a.mp4", b"film")}, headers={"Origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_host")


NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"}, True),
        ({"Sec-Fetch-Site": "same-site"}, True),
        ({"Sec-Fetch-Site": "cross-site", **NAVIGATION, "Sec-Fetch-Dest": "iframe"}, True),
        ({"Sec-Fetch-Site": "cross-site", **NAVIGATION}, False),
        ({"Sec-Fetch-Site": "same-origin"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
    ],
)
def test_what_browsers_send_without_an_origin(server, headers, refused):
    answer = server.client.get("/v1/jobs/999999", headers=headers)
    assert answer.status_code == (403 if refused else 404)
    if headers.get("Sec-Fetch-Site") == "cross-site":
        posted = server.client.post("/v1/jobs", json={}, headers=headers)
        assert (posted.status_code, posted.json()["code"]) == (403, "foreign_host")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "LOCALHOST:8080"])
def test_this_machine_is_answered_under_its_own_names(server, host):
    assert server.client.get("/v1/jobs/1", headers={"Host": host, "Origin": f"http://{host}"}).status_code in {200, 404}


def test_nothing_answers_in_words_of_the_framework_and_every_refusal_is_documented(server):
    document = server.client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert "HTTPValidationError" not in str(operation["responses"]), path
    submit = document["paths"]["/v1/jobs"]["post"]
    assert set(submit["requestBody"]["content"]) == {"application/json", "multipart/form-data"}
    assert {"200", "202", "400", "403", "409", "413", "415", "422", "429", "500", "503"} <= set(submit["responses"])


def test_an_upload_over_the_limit_is_cut_off_while_it_arrives(tmp_path):
    limit = 3_000_000
    with TestServer(tmp_path, {"CLIPSIGHT_MAX_BYTES": str(limit)}) as server:
        announced = server.upload(b"x" * (limit * 2))
        assert (announced.status_code, announced.json()["code"]) == (413, "too_large")
        assert announced.json()["error"] == TooLarge(limit_bytes=limit).public_message
        reel = server.client.post("/api/v1/reels/analyze", files={"file": b"x" * (limit + 1)})
        assert (reel.status_code, reel.json()["code"]) == (413, "too_large")
        assert _endless_upload(server) == 413
        assert server.upload(b"x" * limit).status_code == 202
        assert not list((server.folder / "data" / "blobs" / "incoming").iterdir())


def _endless_upload(server: TestServer) -> int:
    """Send a form of unknown length until the server has had enough; returns its answer."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    sent = 0

    def form():
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
        while sent < 30_000_000:
            sent += 500_000
            yield b"x" * 500_000

    try:
        connection.putrequest("POST", "/v1/jobs")
        connection.putheader("Content-Type", "multipart/form-data; boundary=x")
        connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders()
        try:
            for part in form():
                connection.send(f"{len(part):x}\r\n".encode() + part + b"\r\n")
        except OSError:
            pass  # the server hung up
        return connection.getresponse().status
    finally:
        connection.close()

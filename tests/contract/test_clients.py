"""Clients as they were written against the hosted services: their habits must not get in the way."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

LINK = b'{"url": "https://www.tiktok.com/foryou"}'  # no video: the answer comes without work
SUBMITS = ["/v1/jobs", "/api/v1/reels/analyze"]


@pytest.mark.parametrize("path", SUBMITS)
@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json; charset=utf-8"}, LINK, 400),
        ({"CONTENT-TYPE": 'Application/JSON; Charset="UTF-8"'}, LINK, 400),
        ({"Content-Type": "application/json"}, b"\xef\xbb\xbf" + LINK, 400),  # with a byte order mark
        ({"Content-Type": "application/json", "Content-Encoding": "identity"}, LINK, 400),
        ({"Content-Type": "application/json", "Accept": "text/html, application/xml;q=0.9"}, LINK, 400),
        ({"Content-Type": "application/json; charset=iso-8859-1"}, LINK, 415),
        ({"Content-Type": "application/json; charset=utf-16"}, LINK.decode().encode("utf-16"), 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, LINK, 415),
    ],
)
def test_how_a_body_may_be_announced(server, path, headers, body, status):
    answer = server.client.post(path, content=body, headers=headers)
    assert answer.status_code == status
    if status == 400:  # it was understood: the link is refused, not the body
        assert answer.json()["code"] in {"not_a_video", "unsupported_host"}
    if "gzip" in headers.values():
        assert (answer.json()["code"], answer.headers["accept-encoding"]) == ("unsupported_content_encoding", "identity")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_json_in_another_encoding_is_not_guessed_at(server, encoding):
    body = LINK.decode().encode(encoding)
    answer = server.client.post("/v1/jobs", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")


def test_http_1_0_with_short_headers(server):
    where = urlsplit(server.url)
    request = f"POST /v1/jobs HTTP/1.0\r\nhost: {where.netloc}\r\ncontent-length: {len(LINK)}\r\n\r\n".encode() + LINK
    with socket.create_connection((where.hostname, where.port), timeout=60) as connection:
        connection.sendall(request)
        answer = b""
        while block := connection.recv(65_536):
            answer += block
    assert b" 400 " in answer.partition(b"\r\n")[0]
    assert answer.endswith(b'{"error":"Error getting video ID","code":"not_a_video"}')


def test_the_poll_address_is_relative_as_on_the_page(server):
    answer = server.submit("https://www.tiktok.com/@scout2015/video/7301234567890444444")
    assert answer.json()["pollUrl"] == f"/v1/jobs/{answer.json()['jobId']}"
    server.outcome(answer)
    assert server.client.get(answer.json()["pollUrl"] + "/").json()["status"] == "success"

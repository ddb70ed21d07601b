from __future__ import annotations

import json
import logging

import pytest

from clipsight.jobs.logs import JsonLines, TextLines, about, clean

SIGNED = "https://v16.tiktokcdn.com/video/abc.mp4?x-expires=1&x-signature=VERYSECRET"
SECRETS = [
    (SIGNED, "VERYSECRET"),
    ("https://v16.tiktokcdn.com/VERYSECRETHASH/65a1/video/tos/1.mp4 is gone", "VERYSECRET"),
    ("Max retries exceeded with url: /video/abc?x-signature=VERYSECRET (refused)", "VERYSECRET"),
    ("GET /video/abc.mp4?x-signature=VERYSECRET", "VERYSECRET"),
    ("told https://hooks.example/services/T0/VERYSECRET", "VERYSECRET"),
    ("proxy http://jane:PASSWORD@proxy.example:8080/", "PASSWORD"),
    ("Authorization: Bearer ist_0123456789abcdefghijABCDEFGHIJ0123456789abcdef", "0123456789abcdef"),
    ("secret whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "C2FVsBQ"),
    ("Cookie: sessionid=COOKIEVALUE; csrftoken=OTHER", "COOKIEVALUE"),
    ("Cookie: sessionid=COOKIEVALUE; csrftoken=OTHER", "OTHER"),
    ("sent sessionid=COOKIEVALUE;", "COOKIEVALUE"),
    ("key sk-abcdefghijklmnop", "abcdefgh"),
]


def record(message: str, error: Exception | None = None) -> logging.LogRecord:
    info = (type(error), error, None) if error is not None else None
    return logging.LogRecord("clipsight.x", logging.WARNING, "x.py", 1, "%s", (message,), info)


@pytest.mark.parametrize(("text", "secret"), SECRETS)
@pytest.mark.parametrize("lines", [TextLines(), JsonLines()], ids=["text", "json"])
def test_no_line_holds_a_secret_wherever_it_comes_from(lines, text, secret):
    assert secret in text
    assert secret not in lines.format(record(text))
    assert secret not in lines.format(record("failed", ValueError(text)))


def test_what_is_no_secret_stays():
    assert clean("tiktok:730123 failed: private, 1/2 tries?") == "tiktok:730123 failed: private, 1/2 tries?"
    assert clean(f"asked {SIGNED} twice") == "asked https://v16.tiktokcdn.com/… twice"


def test_a_line_says_what_it_is_about():
    with about(job="j1"), about(owner="token:3"):
        line = json.loads(JsonLines().format(record("hello")))
        text = TextLines().format(record("hello\nmore"))
    assert (line["job"], line["owner"], line["message"], line["level"]) == ("j1", "token:3", "hello", "warning")
    assert text.endswith("hello job=j1 owner=token:3\nmore")
    assert "job" not in json.loads(JsonLines().format(record("hello")))

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from clipsight.errors import BadWebhookUrl
from clipsight.webhooks.signing import new_secret, signatures
from clipsight.webhooks.target import Target, read_target


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://example.com", Target(True, "example.com", 443, "/")),
        ("https://Example.com:8443/a/b?c=%20d#e", Target(True, "example.com", 8443, "/a/b?c=%20d")),
        ("https://93.184.216.34/x", Target(True, "93.184.216.34", 443, "/x")),
    ],
)
def test_an_address_on_the_internet(url, target):
    assert read_target(url) == target
    assert target.authority in {"example.com", "example.com:8443", "93.184.216.34"}


PRIVATE = [
    "http://example.com/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/",
    "https://printer/",
    "https://a.localhost/",
    "https://metadata.google.internal/",
]


@pytest.mark.parametrize(
    "url",
    [
        *PRIVATE,
        "ftp://example.com/",
        "https://a@example.com/",
        "https://example.com:0/",
        "example",
        "",
        "https://ex ample.com",
    ],
)
def test_what_webhooks_do_not_go_to(url):
    with pytest.raises(BadWebhookUrl):
        read_target(url)


def test_the_operator_may_allow_a_private_network():
    target = read_target("http://127.0.0.1:8099/hook", allow_private=True)
    assert (target.secure, target.authority) == (False, "127.0.0.1:8099")
    with pytest.raises(BadWebhookUrl):
        read_target("ftp://127.0.0.1/", allow_private=True)


@given(st.text())
def test_nothing_else_than_a_refusal_comes_of_any_text(text):
    try:
        read_target(text)
    except BadWebhookUrl:
        return


def test_a_secret_is_as_the_standard_has_it():
    secret = new_secret()
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert secret != new_secret()


def test_the_library_of_the_standard_agrees_on_each_secret():
    old, new = new_secret(), new_secret()
    body = json.dumps({"type": "job.succeeded", "text": "Größe"}).encode()
    now = int(datetime.now(UTC).timestamp())
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(now),
        "webhook-signature": signatures([new, old], "msg_1", now, body),
    }
    for secret in (old, new):
        assert Webhook(secret).verify(body, headers)["type"] == "job.succeeded"
        assert (
            Webhook(secret).sign("msg_1", datetime.fromtimestamp(now, UTC), body.decode()) in headers["webhook-signature"]
        )
    for changed in ({"webhook-id": "msg_2"}, {"webhook-timestamp": str(now - 301)}):
        with pytest.raises(WebhookVerificationError):
            Webhook(new).verify(body, headers | changed)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(body + b" ", headers)

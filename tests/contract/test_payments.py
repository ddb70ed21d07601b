"""Where calls are paid: a real server against the published facilitator on loopback. What counts is what was charged."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from clipsight.testing.facilitator import LoopbackFacilitator
from clipsight.testing.payer import PAY_TO, Payer, header, opened
from clipsight.testing.server import TestServer, wait_for

PRICE = 100_000


@pytest.fixture(scope="module")
def facilitator() -> Iterator[LoopbackFacilitator]:
    with LoopbackFacilitator() as running:
        yield running


@pytest.fixture(scope="module")
def server(tmp_path_factory, facilitator) -> Iterator[TestServer]:
    settings = {
        "CLIPSIGHT_ACCESS": "x402",
        "CLIPSIGHT_X402_PAY_TO_EVM": PAY_TO,
        "CLIPSIGHT_X402_FACILITATOR": facilitator.address,
        "CLIPSIGHT_X402_PRICES": "recipe=0.20",
        "CLIPSIGHT_X402_KNOWN_PRICE": "0.02",
        "CLIPSIGHT_WORKER_TTL": "2",
    }
    with TestServer(tmp_path_factory.mktemp("payments"), settings) as running:
        yield running


@pytest.fixture(autouse=True)
def _as_it_should_be(request) -> Iterator[None]:
    yield
    if "facilitator" in request.fixturenames:
        request.getfixturevalue("facilitator").mode = "ok"


_numbers = iter(range(7_400_000_000_000_000_000, 7_500_000_000_000_000_000))


@pytest.fixture
def link() -> str:
    """Of a video that nobody asked for before."""
    return f"https://www.tiktok.com/@someone/video/{next(_numbers)}"


def post(server: TestServer, link: str, payment: str | None, query: str = "", **body: str) -> httpx.Response:
    headers = {} if payment is None else {"X-PAYMENT": payment}
    return server.client.post("/v1/jobs" + query, json={"url": link, **body}, headers=headers)


def rows(server: TestServer, statement: str, *values: object) -> list[tuple]:
    path = Path(server.folder) / "data" / "clipsight.db"
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(statement, values).fetchall()
    finally:
        connection.close()


def jobs_of(server: TestServer, payer: Payer) -> list[tuple]:
    return rows(server, "SELECT id, state FROM jobs WHERE owner = ? AND state != 'cancelled'", payer.address.lower())


def ledger_of(server: TestServer, payer: Payer) -> list[str]:
    statement = "SELECT entry FROM ledger WHERE payer = ? ORDER BY number"
    return [entry for (entry,) in rows(server, statement, payer.address.lower())]


def state_of(server: TestServer, payer: Payer) -> list[str]:
    return [state for (state,) in rows(server, "SELECT state FROM payments WHERE payer = ?", payer.address.lower())]


def is_receipt(answer: httpx.Response) -> bool:
    found = answer.headers.get("payment-response")
    assert answer.headers.get("x-payment-response") == found
    return found is not None and opened(found)["success"]


@pytest.mark.row("jobs 402")
def test_402_says_what_the_call_costs(server, link):
    answer = post(server, link, None)
    assert answer.status_code == 402
    assert (answer.headers["cache-control"], answer.headers["content-type"]) == ("no-store", "application/json")
    body = answer.json()
    assert list(body)[:2] == ["x402Version", "accepts"]
    assert [(entry["network"], entry["maxAmountRequired"]) for entry in body["accepts"]] == [("eip155:8453", "$0.10")]
    offered = opened(answer.headers["payment-required"])
    assert offered["resource"]["url"] == server.url + "/v1/jobs"
    assert offered["accepts"][0]["amount"] == str(PRICE)
    assert post(server, link, None, format="recipe").json()["accepts"][0]["maxAmountRequired"] == "$0.20"
    strict = post(server, link, None, "?x402=v1")
    assert strict.json()["accepts"][0]["network"] == "base"
    for content in (b"", b"{", b"[]"):
        assert server.client.post("/v1/jobs", content=content).status_code == 402


def test_a_call_that_is_paid(server, facilitator, link):
    payer = Payer()
    payment = payer.sign()
    answer = post(server, link, payment)
    assert answer.status_code == 202, answer.text
    assert set(answer.json()) == {"jobId", "videoId", "status", "pollUrl"}
    assert is_receipt(answer)
    assert answer.headers["cache-control"] == "no-store"
    again = post(server, link, payment)
    assert again.json()["jobId"] == answer.json()["jobId"]
    assert is_receipt(again)
    assert server.outcome(answer)["status"] == "success"
    assert facilitator.ledger.charged(payer.address) == PRICE
    last = post(server, link, payment)
    assert (last.status_code, last.json()["status"]) == (200, "success")
    assert wait_for(lambda: ledger_of(server, payer) == ["settled", "delivered"] or None, "the ledger")
    assert len(jobs_of(server, payer)) == 1


def test_a_known_answer_is_cheaper_and_comes_at_once(server, facilitator, link):
    first, second = Payer(), Payer()
    server.outcome(post(server, link, first.sign()))
    assert opened(post(server, link, second.sign(77)).headers["payment-required"])["accepts"][0]["amount"] == "20000"
    answer = post(server, link, second.sign(20_000))
    assert (answer.status_code, answer.json()["status"]) == (200, "success"), answer.text
    assert "result" in answer.json()
    assert is_receipt(answer)
    assert facilitator.ledger.charged(second.address) == 20_000
    assert ledger_of(server, second) == ["settled", "delivered"]


@pytest.mark.parametrize(
    ("body", "status"),
    [({"url": ""}, 400), ({"url": "https://example.com/x"}, 400), ({"url": "LINK", "format": "nonsense"}, 400), ([], 400)],
)
def test_a_bad_request_is_free(server, facilitator, link, body, status):
    payer = Payer()
    sent = json.dumps(body).replace("LINK", link)
    payment = payer.sign()
    answer = server.client.post(
        "/v1/jobs", content=sent, headers={"X-PAYMENT": payment, "Content-Type": "application/json"}
    )
    assert answer.status_code == status
    assert facilitator.ledger.charged(payer.address) == 0
    assert state_of(server, payer) == []
    assert post(server, link, payment).status_code == 202  # and the payment is still good


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"amount": PRICE - 1}, "invalid_exact_evm_payload_authorization_value_mismatch"),
        ({"amount": 2 * PRICE}, "invalid_exact_evm_payload_authorization_value_mismatch"),
        ({"validBefore": "1700000000"}, "invalid_exact_evm_payload_authorization_valid_before"),
        ({"validAfter": "9999999999", "validBefore": "99999999999"}, "invalid_exact_evm_payload_authorization_valid_after"),
        ({"to": "0x" + "1" * 40}, "invalid_exact_evm_payload_recipient_mismatch"),
    ],
)
def test_a_payment_that_is_not_good_is_402_with_its_reason(server, facilitator, link, other, reason):
    payer = Payer()
    answer = post(server, link, payer.sign(**other))
    assert (answer.status_code, answer.json()["error"]) == (402, reason)
    assert opened(answer.headers["payment-required"])["error"] == reason
    assert (facilitator.ledger.charged(payer.address), jobs_of(server, payer), state_of(server, payer)) == (0, [], [])


def test_too_little_money_is_402_and_the_payment_may_come_again(server, facilitator, link):
    payer = Payer()
    facilitator.ledger.moved.append((payer.address.lower(), PAY_TO, 10_000_000))
    payment = payer.sign_new()
    answer = post(server, link, payment)
    assert (answer.status_code, answer.json()["error"]) == (402, "invalid_exact_evm_insufficient_balance")
    facilitator.ledger.moved.remove((payer.address.lower(), PAY_TO, 10_000_000))
    assert post(server, link, payment).status_code == 202


def test_a_facilitator_that_refuses_to_settle(server, facilitator, link):
    payer = Payer()
    payment = payer.sign_new()
    facilitator.mode = "refuse"
    answer = post(server, link, payment)
    assert (answer.status_code, answer.json()["error"]) == (402, "insufficient_funds")
    assert opened(answer.headers["payment-response"])["success"] is False
    assert (jobs_of(server, payer), facilitator.ledger.charged(payer.address)) == ([], 0)
    facilitator.mode = "ok"
    assert post(server, link, payment).status_code == 202
    assert facilitator.ledger.charged(payer.address) == PRICE


def test_a_facilitator_that_is_away_costs_nothing(server, facilitator, link):
    payer = Payer()
    payment = payer.sign()
    facilitator.mode = "away"
    answer = post(server, link, payment)
    assert (answer.status_code, answer.json()["code"]) == (503, "facilitator_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert (jobs_of(server, payer), state_of(server, payer)) == ([], [])
    facilitator.mode = "ok"
    assert post(server, link, payment).status_code == 202


def test_an_answer_that_is_lost_after_the_transfer(server, facilitator, link):
    """Never 402 then: who obeyed it would pay twice."""
    payer = Payer()
    payment = payer.sign()
    facilitator.mode = "lose"
    answer = post(server, link, payment)
    assert (answer.status_code, answer.json()["status"]) == (202, "pending")
    assert not is_receipt(answer)
    assert not server.calls(f"look tiktok:{link.rpartition('/')[2]}")
    facilitator.mode = "ok"
    assert server.outcome(answer)["status"] == "success"
    again = post(server, link, payment)
    assert again.json()["jobId"] == answer.json()["jobId"]
    assert is_receipt(again)
    assert facilitator.ledger.charged(payer.address) == PRICE
    assert len(jobs_of(server, payer)) == 1


def test_twenty_at_once_with_one_header(server, facilitator, link):
    payer = Payer()
    payment = payer.sign()
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: post(server, link, payment), range(20)))
    statuses = sorted(answer.status_code for answer in answers)
    # Whoever comes when it is paid already is told the same; nobody else is, and nobody is told to pay.
    assert set(statuses) <= {202, 200, 409}
    bought = {answer.json()["jobId"] for answer in answers if answer.status_code != 409}
    assert len(bought) == 1
    assert all("retry-after" in answer.headers for answer in answers if answer.status_code == 409)
    assert facilitator.ledger.charged(payer.address) == PRICE
    assert len(jobs_of(server, payer)) == 1
    assert post(server, link, payment).json()["jobId"] in bought


def test_one_header_for_another_request(server, facilitator, link):
    payer = Payer()
    payment = payer.sign()
    assert post(server, link, payment).status_code == 202
    answer = post(server, link.replace("74", "75", 1), payment)
    assert (answer.status_code, answer.json()["code"]) == (409, "payment_used")
    assert facilitator.ledger.charged(payer.address) == PRICE


def api(server: TestServer) -> int:
    """The process that answers."""
    supervisor = server.process.pid
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    return next(int(child) for child in children if b"worker" not in Path(f"/proc/{child}/cmdline").read_bytes())


def is_back(server: TestServer) -> bool | None:
    try:
        return server.client.get("/healthz").status_code == 200 or None
    except httpx.TransportError:
        return None


@pytest.mark.parametrize(("point", "charged"), [("verify", 0), ("settle", PRICE)])
def test_killed_while_it_is_paid(server, facilitator, link, point, charged):
    payer = Payer()
    payment = payer.sign()
    facilitator.kill_at, facilitator.kill = point, api(server)
    with pytest.raises(httpx.TransportError):
        post(server, link, payment)
    assert facilitator.ledger.charged(payer.address) == charged
    wait_for(lambda: is_back(server), "the server")
    answer = wait_for(lambda: _not_busy(post(server, link, payment)), "an answer")
    assert answer.status_code in {200, 202}
    assert is_receipt(answer)
    assert facilitator.ledger.charged(payer.address) == PRICE
    assert len(jobs_of(server, payer)) == 1
    assert wait_for(lambda: ledger_of(server, payer) == ["settled", "delivered"] or None, "the ledger")


def _not_busy(answer: httpx.Response) -> httpx.Response | None:
    return None if answer.status_code == 409 else answer


def test_a_job_that_fails_is_a_credit_which_pays_for_the_next(server, facilitator, link):
    payer = Payer()
    server.fail("fetch", "unavailable")
    try:
        assert server.outcome(post(server, link, payer.sign()))["status"] == "failed"
    finally:
        server.heal("fetch")
    assert ledger_of(server, payer) == ["settled", "credited"]
    payment = payer.sign()
    other = link.replace("74", "76", 1)
    answer = post(server, other, payment)
    assert answer.status_code == 202
    assert not is_receipt(answer)
    assert server.outcome(answer)["status"] == "success"
    assert facilitator.ledger.charged(payer.address) == PRICE
    assert ledger_of(server, payer) == ["settled", "credited", "redeemed", "delivered"]
    assert post(server, other, payment).json()["jobId"] == answer.json()["jobId"]
    assert post(server, link.replace("74", "77", 1), payer.sign()).status_code == 202
    assert facilitator.ledger.charged(payer.address) == 2 * PRICE


def test_a_stranger_cannot_redeem_the_credit_of_another(server, link):
    payer = Payer()
    server.fail("fetch", "unavailable")
    try:
        server.outcome(post(server, link, payer.sign()))
    finally:
        server.heal("fetch")
    forged = opened(Payer().sign())
    forged["payload"]["authorization"]["from"] = payer.address
    answer = post(server, link.replace("74", "78", 1), header(forged))
    assert (answer.status_code, answer.json()["error"]) == (402, "invalid_exact_evm_payload_signature")


def test_the_rest_needs_a_token_and_a_job_its_uuid(server, link):
    answer = post(server, link, Payer().sign())
    path = answer.json()["pollUrl"]
    assert server.client.get(path).status_code == 200
    for method, route in (("GET", "/v1/jobs/1"), ("DELETE", path), ("POST", "/api/v1/reels/analyze")):
        assert server.client.request(method, route).status_code == 401


def test_what_is_sold_here(server):
    for path in ("/.well-known/x402", "/.well-known/x402.json"):
        assert server.client.get(path).json()["resources"] == [server.url + "/v1/jobs"]


def test_payments_are_in_no_log(server, link):
    payment = Payer().sign()
    post(server, link, payment)
    post(server, link, payment[:-8] + "AAAA")
    assert payment[:100] not in server.log()

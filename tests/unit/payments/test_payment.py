from __future__ import annotations

import base64
import json

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from clipsight.errors import PaymentRequired
from clipsight.payments.eip712 import digest, signer
from clipsight.payments.payment import LONGEST_HEADER, check_amount, check_times, read_payment
from clipsight.payments.terms import BASE, SOLANA, USDC, Prices, Terms, Way
from clipsight.testing.payer import PAY_TO, Payer, header, opened

TERMS = Terms((Way(SOLANA, USDC[SOLANA.id], "1" * 32), Way(BASE, USDC[BASE.id], PAY_TO)), Prices(100_000))
PAYER = Payer()


def refused(signatures: list[str], payments: list[str]) -> str:
    with pytest.raises(PaymentRequired) as caught:
        read_payment(signatures, payments, TERMS)
    return caught.value.reason


@pytest.mark.parametrize("network", ["base", "eip155:8453"])
def test_version_1_whatever_it_calls_the_network(network):
    payment = read_payment([], [PAYER.sign(network=network)], TERMS)
    assert (payment.version, payment.payer, payment.amount) == (1, PAYER.address.lower(), 100_000)
    told = payment.told("https://a.example/v1/jobs")
    assert told["paymentPayload"]["network"] == told["paymentRequirements"]["network"] == "base"


def test_version_2_in_either_header():
    value = PAYER.sign_new()
    assert read_payment([value], [], TERMS) == read_payment([], [value], TERMS)
    assert read_payment([value], ["nonsense"], TERMS).version == 2
    assert read_payment([], [PAYER.sign()], TERMS).version == 1


def test_the_identity_is_that_of_the_authorization_not_of_its_spelling():
    value = opened(PAYER.sign_new())
    first = read_payment([header(value)], [], TERMS)
    value["payload"]["authorization"]["from"] = value["payload"]["authorization"]["from"].lower()
    value["payload"]["authorization"]["nonce"] = value["payload"]["authorization"]["nonce"].upper().replace("0X", "0x")
    value["extensions"] = {"x": 1}
    old = {"x402Version": 1, "scheme": "exact", "network": "base", "payload": value["payload"]}
    assert (
        first.identity
        == read_payment([header(value)], [], TERMS).identity
        == read_payment([], [header(old)], TERMS).identity
    )


def changed(path: str, value: object) -> str:
    found = opened(PAYER.sign_new())
    at = found
    *way, last = path.split(".")
    for name in way:
        at = at[name]
    at[last] = value
    return header(found)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("", "invalid_payload"),
        ("%%%", "invalid_payload"),
        ("a" * (LONGEST_HEADER + 1), "payment_too_large"),
        (header([]), "invalid_payload"),
        (header(None), "invalid_payload"),
        (base64.b64encode(b"\xff\xfe").decode(), "invalid_payload"),
        (base64.b64encode(b"[" * 9000).decode(), "invalid_payload"),
        (base64.b64encode(b'{"x402Version":2,"x402Version":1}').decode(), "invalid_payload"),
        (base64.b64encode(b'{"x402Version":NaN}').decode(), "invalid_payload"),
        (header({}), "invalid_x402_version"),
        (changed("x402Version", 3), "invalid_x402_version"),
        (changed("x402Version", True), "invalid_x402_version"),
        (changed("x402Version", "2"), "invalid_x402_version"),
        (changed("accepted", None), "invalid_payload"),
        (changed("accepted.scheme", "upto"), "unsupported_scheme"),
        (changed("accepted.network", "eip155:1"), "invalid_network"),
        (changed("accepted.network", SOLANA.id), "invalid_network"),
        (changed("accepted.network", ["eip155:8453"]), "invalid_network"),
        (changed("accepted.asset", PAY_TO), "invalid_payment_requirements"),
        (changed("accepted.payTo", PAYER.address), "invalid_payment_requirements"),
        (changed("accepted.amount", "1"), "invalid_payment_requirements"),
        (changed("payload.authorization.to", PAYER.address), "invalid_exact_evm_payload_recipient_mismatch"),
        (changed("payload.authorization.value", "1"), "invalid_exact_evm_payload_signature"),
        (changed("payload.authorization.value", 100_000), "invalid_payload"),
        (changed("payload.authorization.value", "1e5"), "invalid_payload"),
        (changed("payload.authorization.value", "٣"), "invalid_payload"),
        (changed("payload.authorization.value", "9" * 19), "invalid_payload"),
        (changed("payload.authorization.nonce", "0x00"), "invalid_payload"),
        (changed("payload.authorization.from", PAY_TO), "invalid_exact_evm_payload_signature"),
        (changed("payload.authorization", {}), "invalid_payload"),
        (changed("payload.signature", "0x" + "00" * 65), "invalid_exact_evm_payload_signature"),
        (changed("payload.signature", "0x" + "ff" * 65), "invalid_exact_evm_payload_signature"),
        (changed("payload.signature", "0x" + "11" * 64 + "05"), "invalid_exact_evm_payload_signature"),
        (changed("payload.signature", "0x"), "invalid_payload"),
    ],
)  # fmt: skip
def test_what_is_no_payment(value, reason):
    assert refused([value], []) == reason
    assert refused([], [value]) == reason


def test_none_and_several():
    assert refused([], []) == "payment_required"
    assert refused([PAYER.sign_new(), PAYER.sign_new()], []) == "several_payments"


def test_the_other_signature_of_the_same_key_is_refused():
    """The coin refuses it, so it must not be taken for paid."""
    found = opened(PAYER.sign_new())
    raw = bytes.fromhex(found["payload"]["signature"][2:])
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    other = raw[:32] + (order - int.from_bytes(raw[32:64])).to_bytes(32) + bytes([55 - raw[64]])
    found["payload"]["signature"] = "0x" + other.hex()
    assert refused([header(found)], []) == "invalid_exact_evm_payload_signature"


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**17), st.integers(0, 2**40), st.integers(0, 2**40), st.binary(min_size=32, max_size=32))
def test_the_signer_is_the_one_that_another_implementation_says(value, after, before, nonce):
    authorization = PAYER.authorization(value, validAfter=str(after), validBefore=str(before), nonce="0x" + nonce.hex())
    signature = bytes.fromhex(PAYER.signature(authorization)[2:])
    signed = digest(USDC[BASE.id], 8453, (PAYER.address.lower(), PAY_TO, value, after, before, "0x" + nonce.hex()))
    assert signer(signature, signed) == PAYER.address.lower()
    assert signer(signature, signed) == Account._recover_hash(signed, signature=signature).lower()


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_anything_at_all_is_refused_with_a_code(content):
    assert refused([base64.b64encode(content).decode()], [])
    assert refused([], [content.decode("latin-1")])


NAMES = ["x402Version", "accepted", "payload", "authorization", "signature", "scheme", "network", "from"]
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES), inner),
)


@settings(max_examples=100, deadline=None)
@given(ANY_JSON)
def test_any_json_is_refused_with_a_code(value):
    assert refused([base64.b64encode(json.dumps(value).encode()).decode()], [])


def test_times():
    payment = read_payment([PAYER.sign_new(validAfter="100", validBefore="1000")], [], TERMS)
    check_times(payment, 100)
    check_times(payment, 993)
    for now in (99, 994, 2000):
        with pytest.raises(PaymentRequired):
            check_times(payment, now)
    far = read_payment([PAYER.sign_new(validBefore=str(10**17))], [], TERMS)
    with pytest.raises(PaymentRequired):
        check_times(far, 0)


def test_exactly_one_of_the_prices():
    payment = read_payment([PAYER.sign_new(100_000)], [], TERMS)
    check_amount(payment, (20_000, 100_000))
    with pytest.raises(PaymentRequired):
        check_amount(payment, (99_999, 100_001))

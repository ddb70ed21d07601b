from __future__ import annotations

import json

import pytest

from clipsight.errors import BadSetting
from clipsight.payments import readings
from clipsight.payments.address import checksummed, is_evm, is_svm
from clipsight.payments.money import atomic, dollars
from clipsight.payments.quote import Quote
from clipsight.payments.terms import BASE, SOLANA, USDC, Prices, Terms, Way
from clipsight.testing.payer import PAY_TO, opened

ADDRESS = "https://clips.example/v1/jobs"
DESCRIPTION = (
    "Submit a TikTok, Instagram Reel, or YouTube Shorts URL for transcript + visual analysis."
    " Poll GET /v1/jobs/{jobId} (free) until status is success."
)
# The body of the third page of the wire contract, letter for letter.
PAGE = {
    "x402Version": 1,
    "accepts": [
        {
            "scheme": "exact",
            "network": "eip155:8453",
            "resource": "POST /v1/jobs",
            "payTo": "0x000000000000000000000000000000000000dEaD",
            "maxAmountRequired": "$0.10",
            "description": DESCRIPTION,
            "mimeType": "application/json",
        },
        {
            "scheme": "exact",
            "network": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
            "resource": "POST /v1/jobs",
            "payTo": "11111111111111111111111111111111",
            "maxAmountRequired": "$0.10",
            "description": DESCRIPTION,
            "mimeType": "application/json",
        },
    ],
}
WAYS = (Way(BASE, USDC[BASE.id], PAY_TO), Way(SOLANA, USDC[SOLANA.id], "1" * 32))


def quote(*, additions: bool = True, price: int = 100_000) -> Quote:
    return Quote(Terms(WAYS, Prices(100_000), additions), price, ADDRESS, "payment_required")


def test_the_body_is_that_of_the_page_byte_for_byte_without_additions():
    assert json.dumps(quote(additions=False).body()) == json.dumps(PAGE)


def test_additions_stand_after_the_keys_of_the_page():
    body = quote().body()
    assert list(body) == ["x402Version", "accepts", "error"]
    for entry, page in zip(body["accepts"], PAGE["accepts"], strict=True):
        assert list(entry.items())[:7] == list(page.items())
        assert list(entry)[7:] == ["asset", "amount", "maxTimeoutSeconds", "extra"]
    assert body["accepts"][0]["amount"] == "100000"


def test_the_header_is_version_2_and_lists_solana_only_when_somebody_pays_its_fees():
    found = opened(quote().header())
    assert (found["x402Version"], found["resource"]["url"]) == (2, ADDRESS)
    assert found["accepts"] == [
        {
            "scheme": "exact",
            "network": "eip155:8453",
            "amount": "100000",
            "payTo": PAY_TO,
            "maxTimeoutSeconds": 300,
            "asset": "0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913",
            "extra": {"name": "USD Coin", "version": "2"},
        }
    ]
    assert len(quote().header()) < 6_000


def test_the_strict_body_has_one_entry_in_the_words_of_version_1():
    body = quote().strict_body()
    assert [entry["network"] for entry in body["accepts"]] == ["base"]
    assert (body["accepts"][0]["maxAmountRequired"], body["accepts"][0]["resource"]) == ("100000", ADDRESS)


@pytest.mark.parametrize(
    ("text", "amount", "shown"),
    [("0.10", 100_000, "$0.10"), ("$0.1", 100_000, "$0.10"), ("1", 1_000_000, "$1.00"), ("0.000001", 1, "$0.000001"),
     ("0.125", 125_000, "$0.125"), ("1000", 1_000_000_000, "$1000.00")],
)  # fmt: skip
def test_money_is_whole_numbers(text, amount, shown):
    assert atomic(text) == amount
    assert dollars(amount) == shown


@pytest.mark.parametrize("text", ["0", "-1", "0.0000001", "1e3", "1001", "", "$", "0,10", "٣", "nan", "1.", ".1"])
def test_what_is_no_price(text):
    with pytest.raises(ValueError, match="price"):
        atomic(text)
    with pytest.raises(BadSetting, match="X402_PRICE must be"):
        readings.price("X402_PRICE", text)


def test_a_known_answer_costs_no_more_than_it_would_unknown():
    prices = Prices(100_000, {"recipe": 200_000, "cheap": 10}, known=20_000)
    assert (prices.of(None), prices.of("recipe"), prices.of("other")) == (100_000, 200_000, 100_000)
    assert (prices.of("recipe", known=True), prices.of("cheap", known=True)) == (20_000, 10)
    assert Prices(5).of(None, known=True) == 5


def test_addresses():
    assert is_evm(PAY_TO)
    assert is_evm(PAY_TO.lower())
    assert not is_evm(PAY_TO.replace("dEaD", "DeaD"))  # a typing mistake that the checksum finds
    # The examples of EIP-55.
    for example in ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"):
        assert checksummed(example.lower()) == example
    assert is_svm("1" * 32)
    assert is_svm(USDC[SOLANA.id].address)
    for wrong in ("", "0x", "1" * 31, "1" * 33, "l" * 32, "z" * 60, PAY_TO):
        assert not is_svm(wrong)


@pytest.mark.parametrize(
    ("reader", "value"),
    [(readings.evm_account, "0x12"), (readings.evm_account, 5), (readings.svm_account, PAY_TO),
     (readings.prices, "recipe"), (readings.prices, "recipe=1,recipe=2"), (readings.prices, "recipe=free"),
     (readings.prices, ""), (readings.network, "ethereum"), (readings.asset, PAY_TO), (readings.asset, "a/b/c"),
     (readings.asset, f"{PAY_TO}/USD Coin/")],
)  # fmt: skip
def test_settings_that_cannot_be_meant(reader, value):
    with pytest.raises(BadSetting, match="THE_NAME must be"):
        reader("THE_NAME", value)

"""On what terms a call is sold: where the money goes, in which coin, for which price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

TIMEOUT_SECONDS = 300  # that an authorization is asked to be good for

DESCRIPTION = (
    "Submit a TikTok, Instagram Reel, or YouTube Shorts URL for transcript + visual analysis. "
    "Poll GET /v1/jobs/{jobId} (free) until status is success."
)


@dataclass(frozen=True, slots=True)
class Asset:
    """A dollar coin with six decimals. ``name`` and ``version`` are those of its EIP-712 domain; Solana has none."""

    address: str
    name: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """``id`` is the CAIP-2 name, ``old_name`` that of version 1 of x402; ``chain_id`` is None beside Ethereum's chains."""

    id: str
    old_name: str
    chain_id: int | None


BASE = Network("eip155:8453", "base", 8453)
BASE_SEPOLIA = Network("eip155:84532", "base-sepolia", 84532)
SOLANA = Network("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp", "solana", None)

EVM_NETWORKS: Mapping[str, Network] = MappingProxyType({network.old_name: network for network in (BASE, BASE_SEPOLIA)})

# USD Coin, as its issuer deployed it. The name of the domain differs between the networks.
USDC: Mapping[str, Asset] = MappingProxyType(
    {
        BASE.id: Asset("0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913", "USD Coin", "2"),
        BASE_SEPOLIA.id: Asset("0x036CbD53842c5426634e7929541eC2318f3dCF7e", "USDC", "2"),
        SOLANA.id: Asset("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"),
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to pay. ``fee_payer``: the account of the facilitator that pays Solana's fees."""

    network: Network
    asset: Asset
    pay_to: str
    fee_payer: str | None = None

    @property
    def extra(self) -> dict[str, str]:
        if self.network.chain_id is not None:
            return {"name": self.asset.name, "version": self.asset.version}
        return {"feePayer": self.fee_payer} if self.fee_payer is not None else {}


@dataclass(frozen=True, slots=True)
class Prices:
    """Atomic units of a call without a format or with one that has no price of its own, of formats, of known answers."""

    usual: int
    of_formats: Mapping[str, int] = field(default_factory=dict[str, int])
    known: int | None = None

    def of(self, slug: str | None, *, known: bool = False) -> int:
        price = self.of_formats.get(slug or "", self.usual)
        return min(price, self.known) if known and self.known is not None else price


@dataclass(frozen=True, slots=True)
class Terms:
    """``additions``: whether the body of the 402 says more than the wire contract's page does."""

    ways: tuple[Way, ...]
    prices: Prices
    additions: bool = True

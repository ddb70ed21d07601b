"""Who signed an authorization of EIP-3009: its EIP-712 digest, and the account behind the signature.

The digest binds the amount, both accounts, the times, the nonce, the coin and the chain, so a signature that is right for
ours is right for nothing else.
"""

from __future__ import annotations

from coincurve import PublicKey

from clipsight.payments.address import keccak256
from clipsight.payments.terms import Asset

SIGNATURE_BYTES = 65

_DOMAIN = keccak256(b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
_TRANSFER = keccak256(
    b"TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
)
# The coin refuses the other of the two signatures that every signature has (EIP-2, and OpenZeppelin's ECDSA after it).
_HALF_ORDER = 0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0


def digest(asset: Asset, chain_id: int, fields: tuple[str, str, int, int, int, str]) -> bytes:
    """What is signed. ``fields``: from, to, value, validAfter, validBefore, nonce, the texts in hexadecimal digits."""
    payer, payee, value, after, before, nonce = fields
    domain = keccak256(
        _DOMAIN
        + keccak256(asset.name.encode())
        + keccak256(asset.version.encode())
        + _number(chain_id)
        + _account(asset.address)
    )
    message = keccak256(
        _TRANSFER
        + _account(payer)
        + _account(payee)
        + _number(value)
        + _number(after)
        + _number(before)
        + bytes.fromhex(nonce[2:])
    )
    return keccak256(b"\x19\x01" + domain + message)


def signer(signature: bytes, signed: bytes) -> str | None:
    """The account, in small letters, whose key made the signature; None when it is none."""
    if len(signature) != SIGNATURE_BYTES or int.from_bytes(signature[32:64]) > _HALF_ORDER:
        return None
    parity = signature[64] - 27 if signature[64] >= 27 else signature[64]
    if parity not in (0, 1):
        return None
    try:
        key = PublicKey.from_signature_and_message(signature[:64] + bytes([parity]), signed, hasher=None)
    except ValueError:
        return None
    return "0x" + keccak256(key.format(compressed=False)[1:])[-20:].hex()


def _number(value: int) -> bytes:
    return value.to_bytes(32)


def _account(address: str) -> bytes:
    return bytes.fromhex(address[2:]).rjust(32, b"\0")

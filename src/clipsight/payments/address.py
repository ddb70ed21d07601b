"""Addresses of accounts: Ethereum's with the checksum of EIP-55, Solana's in base 58."""

from __future__ import annotations

import re

from Crypto.Hash import keccak

_EVM = re.compile(r"0x[0-9a-fA-F]{40}")
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SVM_BYTES = 32


def keccak256(data: bytes) -> bytes:
    return keccak.new(data=data, digest_bits=256).digest()


def checksummed(address: str) -> str:
    """The spelling of EIP-55: a letter is a capital where the digit of the hash of the address is 8 or more."""
    letters = address[2:].lower()
    digits = keccak256(letters.encode()).hex()
    return "0x" + "".join(
        letter.upper() if int(digit, 16) >= 8 else letter for letter, digit in zip(letters, digits, strict=False)
    )


def is_evm(address: str) -> bool:
    """Whether it is an Ethereum address. One that mixes capitals and small letters must have the right ones."""
    if not _EVM.fullmatch(address):
        return False
    letters = address[2:]
    return letters in (letters.lower(), letters.upper()) or checksummed(address) == address


def is_svm(address: str) -> bool:
    """Whether it is a Solana address: 32 bytes in base 58."""
    number = 0
    for letter in address:
        place = _BASE58.find(letter)
        if place < 0 or len(address) > 2 * SVM_BYTES:
            return False
        number = number * len(_BASE58) + place
    zeros = len(address) - len(address.lstrip("1"))  # each leading 1 is a byte of zero
    return zeros + (number.bit_length() + 7) // 8 == SVM_BYTES

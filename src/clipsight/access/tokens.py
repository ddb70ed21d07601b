"""What a token looks like, and what is kept of it.

``ist_``, forty random characters (238 bits), and six that are the CRC-32 of all before them in base 62. The checksum lets a
typing mistake be told from a token that was revoked, without the database, and lets a scanner for leaked secrets be sure of
what it found: :data:`PATTERN`, then :func:`is_well_formed`. The first sixteen characters are shown in lists; 166 random
bits stay unknown to whoever saw them.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass, field

PREFIX = "ist_"
PATTERN = r"\bist_[0-9A-Za-z]{46}\b"
SHOWN = 16  # characters that lists show
RANDOM = 40
CHECK = 6

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_TOKEN = re.compile(r"ist_[0-9A-Za-z]{46}")


def new_token() -> str:
    """A token that nobody has seen before."""
    body = PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM))
    return body + _checksum(body)


def is_well_formed(text: str) -> bool:
    """Whether this could be a token: its form and its checksum are right."""
    return _TOKEN.fullmatch(text) is not None and _checksum(text[:-CHECK]) == text[-CHECK:]


@dataclass(frozen=True, slots=True)
class TokenKey:
    """The secret without which what is kept of the tokens is worth nothing."""

    secret: bytes = field(repr=False)

    def digest(self, token: str) -> str:
        """What is kept of a token: its HMAC-SHA256 under this key, in hexadecimal digits."""
        return hmac.new(self.secret, token.encode(), hashlib.sha256).hexdigest()

    @property
    def name(self) -> str:
        """Tells keys apart without telling anything about them."""
        return hmac.new(self.secret, b"name of the key", hashlib.sha256).hexdigest()[:12]


def _checksum(body: str) -> str:
    number = zlib.crc32(body.encode())
    letters = ""
    for _ in range(CHECK):
        number, rest = divmod(number, len(_ALPHABET))
        letters = _ALPHABET[rest] + letters
    return letters

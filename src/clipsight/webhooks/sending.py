"""One POST to an address that somebody else chose.

Small on purpose: the name is looked up once, every address it has must be public, and the connection goes to the very
address that was checked, so that a name which changes its mind in between changes nothing. Nothing is followed, little is
read, and all of it together has one limit of time.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email.message import Message
from email.parser import Parser
from email.utils import parsedate_to_datetime
from typing import Literal

import certifi

from clipsight.source.guard import is_public, look_up
from clipsight.webhooks.target import Target

MAX_HEAD = 16_384  # bytes of an answer that are read; its body is not
LOOKUPS = 4  # names looked up at once; a resolver that hangs holds one of them
MOST_INTERIM = 5  # answers of the 100 kind before the real one

Trouble = Literal["timeout", "lookup", "private_address", "connection", "tls", "not_http"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status with the seconds of ``Retry-After`` (0 without), or why there was none."""

    status: int | None = None
    trouble: Trouble | None = None
    retry_after: float = 0.0


class _Failed(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble: Trouble = trouble


class Sender:
    """Sends requests.

    Args:
        timeout: seconds for one request, from the lookup to the head of the answer.
        allow_private: also connect to addresses that are not public.
        context: certificates to trust; None for the shipped ones.
        lookup: addresses of a name; blocks.
    """

    def __init__(
        self,
        timeout: float,
        *,
        allow_private: bool = False,
        context: ssl.SSLContext | None = None,
        lookup: Callable[[str], list[str]] = look_up,
    ) -> None:
        self._timeout = timeout
        self._allow_private = allow_private
        self._context = context or ssl.create_default_context(cafile=certifi.where())
        self._lookup = lookup
        self._lookups = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="webhook-lookup")

    async def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send the body; never raises for what the other side does."""
        writer: asyncio.StreamWriter | None = None
        try:
            async with asyncio.timeout(self._timeout):
                reader, writer = await self._connect(target)
                writer.write(_request(target, headers, body))
                await writer.drain()
                return await _answer(reader)
        except TimeoutError:
            return Answer(trouble="timeout")
        except _Failed as failed:
            return Answer(trouble=failed.trouble)
        except OSError:
            return Answer(trouble="connection")
        finally:
            if writer is not None:
                writer.transport.abort()

    async def _connect(self, target: Target) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """A connection to an address that was checked.

        Raises:
            OSError, _Failed: there is none.
        """
        context, name = (self._context, target.host) if target.secure else (None, None)
        for address in await self._addresses(target.host):
            try:
                return await asyncio.open_connection(
                    address, target.port, limit=MAX_HEAD, ssl=context, server_hostname=name
                )
            except ssl.SSLError as error:
                raise _Failed("tls") from error
            except OSError:
                continue
        raise _Failed("connection")

    async def _addresses(self, host: str) -> list[str]:
        try:
            addresses = await asyncio.get_running_loop().run_in_executor(self._lookups, self._lookup, host)
        except (OSError, UnicodeError) as error:
            raise _Failed("lookup") from error
        if not self._allow_private and not all(map(is_public, addresses)):
            raise _Failed("private_address")
        return addresses


def _request(target: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.authority}",
        "Connection: close",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii") + body


async def _answer(reader: asyncio.StreamReader) -> Answer:
    for _ in range(MOST_INTERIM):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError as error:
            raise _Failed("not_http" if error.partial else "connection") from error
        except asyncio.LimitOverrunError as error:
            raise _Failed("not_http") from error
        line, _, rest = head.decode("latin-1").partition("\r\n")
        version, _, status = line.partition(" ")
        code = status[:3]
        if not version.startswith("HTTP/1.") or not (code.isascii() and code.isdigit() and len(code) == len("200")):
            raise _Failed("not_http")
        if not code.startswith("1"):
            return Answer(int(code), retry_after=_retry_after(Parser().parsestr(rest)))
    raise _Failed("not_http")


def _retry_after(headers: Message) -> float:
    """Seconds, from a number or a date; 0 for anything else."""
    text = str(headers.get("Retry-After", "")).strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
        return max(0.0, moment.timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0

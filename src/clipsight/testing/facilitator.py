"""A facilitator on loopback for tests: the published one, with real checks of signatures, over a ledger in memory.

It can refuse, lose its answer after the transfer, be busy, or kill a process at a chosen point.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar, Self

from x402 import x402FacilitatorSync
from x402.mechanisms.evm.exact import register_exact_evm_facilitator
from x402.mechanisms.evm.types import TransactionReceipt
from x402.schemas import PaymentPayload, PaymentRequirements
from x402.schemas.v1 import PaymentPayloadV1, PaymentRequirementsV1

TRANSFER_TOPIC = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
RICH = 10_000_000  # atomic units that every account has at first
NETWORKS = ["eip155:8453"]


class Ledger:
    """The coin's contract, as far as a facilitator sees it: balances and used nonces."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.moved: list[tuple[str, str, int]] = []
        self.used: set[tuple[str, bytes]] = set()
        self._receipts: dict[str, TransactionReceipt] = {}

    def charged(self, payer: str) -> int:
        return sum(amount for source, _, amount in self.moved if source == payer.lower())

    # ── what the published facilitator asks of a signer ──

    def get_addresses(self) -> list[str]:
        return ["0x" + "f" * 40]

    def get_code(self, address: str) -> bytes:
        return b"\x60" if address.lower().startswith("0x833589") else b""

    def get_chain_id(self) -> int:
        return 8453

    def get_balance(self, address: str, _token: str) -> int:
        return RICH - self.charged(address)

    def verify_typed_data(self, *_arguments: Any, **_named: Any) -> bool:
        return False  # signatures of accounts with keys are checked by the facilitator itself

    def send_transaction(self, _to: str, _data: bytes) -> str:
        raise RuntimeError("nothing is deployed here")

    def read_contract(self, _address: str, _abi: Any, name: str, *arguments: Any) -> Any:
        if name != "transferWithAuthorization":
            raise RuntimeError(f"execution reverted: {name}")
        with self.lock:
            self._check(*arguments[:6])
        return None

    def write_contract(self, address: str, _abi: Any, _name: str, *arguments: Any, data_suffix: str | None = None) -> str:
        del data_suffix
        payer, payee, value = str(arguments[0]).lower(), str(arguments[1]).lower(), int(arguments[2])
        with self.lock:
            self._check(*arguments[:6])
            self.used.add((payer, bytes(arguments[5])))
            self.moved.append((payer, payee, value))
            transaction = "0x" + secrets.token_hex(32)
            topics = [TRANSFER_TOPIC, "0x" + payer[2:].rjust(64, "0"), "0x" + payee[2:].rjust(64, "0")]
            log = {"address": address, "topics": topics, "data": f"0x{value:064x}"}
            self._receipts[transaction] = TransactionReceipt(1, 1, transaction, [log])
        return transaction

    def wait_for_transaction_receipt(self, tx_hash: str) -> TransactionReceipt:
        return self._receipts[tx_hash]

    def _check(self, payer: str, _payee: str, value: int, _after: int, _before: int, nonce: bytes) -> None:
        if (payer.lower(), bytes(nonce)) in self.used:
            raise RuntimeError("execution reverted: FiatTokenV2: authorization is used or canceled")
        if self.get_balance(payer, "") < value:
            raise RuntimeError("execution reverted: ERC20: transfer amount exceeds balance")


class LoopbackFacilitator:
    """Serves with the context.

    Attributes:
        address: where.
        ledger: what was really moved.
        mode: ``ok``; ``refuse`` to settle; ``lose`` the answer of settling after the transfer; ``away`` for all questions.
        calls: the questions so far, by their paths.
        kill: process that is killed at ``kill_at``, once: ``verify`` or ``settle``, after it was carried out and before it
            is answered.
    """

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.mode = "ok"
        self.calls: list[str] = []
        self.kill: int | None = None
        self.kill_at = ""
        self._facilitator = x402FacilitatorSync()
        signer: Any = self.ledger
        register_exact_evm_facilitator(self._facilitator, signer, NETWORKS)
        handler = type("Handler", (_Handler,), {"owner": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.calls.append(path)
        if self.mode == "away":
            return 503, {}
        if path == "/settle" and self.mode == "refuse":
            return 200, {"success": False, "errorReason": "insufficient_funds", "transaction": "", "network": "base"}
        done = self._settle(body) if path == "/settle" else self._verify(body)
        if self.kill is not None and path == "/" + self.kill_at:
            os.kill(self.kill, signal.SIGKILL)
            self.kill = None
        if path == "/settle" and self.mode == "lose":
            return 504, {}
        return 200, done

    def _verify(self, body: dict[str, Any]) -> dict[str, Any]:
        return _told(self._facilitator.verify(*_asked(body)))

    def _settle(self, body: dict[str, Any]) -> dict[str, Any]:
        return _told(self._facilitator.settle(*_asked(body)))


def _asked(body: dict[str, Any]) -> tuple[Any, Any]:
    payload, wanted = body["paymentPayload"], body["paymentRequirements"]
    if body["x402Version"] == 1:
        return PaymentPayloadV1.model_validate(payload), PaymentRequirementsV1.model_validate(wanted)
    return PaymentPayload.model_validate(payload), PaymentRequirements.model_validate(wanted)


def _told(answer: Any) -> dict[str, Any]:
    return answer.model_dump(by_alias=True, exclude_none=True, mode="json")


class _Handler(BaseHTTPRequestHandler):
    owner: ClassVar[LoopbackFacilitator]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        status, told = self.owner.answer(self.path, body)
        content = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

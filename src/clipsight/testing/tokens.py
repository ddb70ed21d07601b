"""Tokens for the tests of a server that asks for them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import httpx

from clipsight.testing.server import TestServer


def command(server: TestServer, *arguments: str) -> str:
    """What ``clipsight token`` prints, over the data of the server."""
    data = str(server.folder / "data")
    ran = subprocess.run(
        [sys.executable, "-m", "clipsight", "token", *arguments, "--data-dir", data],
        capture_output=True,
        text=True,
        check=True,
        cwd=server.folder,
    )
    return ran.stdout.strip()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


class Governor:
    """Whoever governs the server, over HTTP."""

    def __init__(self, server: TestServer) -> None:
        self._server = server
        self._headers = bearer(command(server, "create", "governor", "--scope", "admin"))

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._server.client.request(method, "/v1/tokens" + path, headers=self._headers, **more)

    def token(self, *, scopes: list[str] | None = None, **limits: int) -> str:
        answer = self.ask("POST", "", json={"name": "a test", "scopes": scopes, "limits": limits})
        assert answer.status_code == 201, answer.text
        return answer.json()["token"]

"""A whole server on loopback for tests: real processes, real database, real engine; only the pipeline is a stand-in.

``python -m clipsight.testing.server FOLDER`` runs it, with ``worker`` after it only workers; :class:`TestServer` does so
and talks to it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

import httpx

from clipsight.cli.serve import run_server
from clipsight.cli.workers import run_workers
from clipsight.errors import ClipsightError

PATIENCE = 150.0  # seconds until a test gives up; the machine may be very busy with other tests
LOOK_STEP = 0.03  # seconds between looks at something that another process changes

# Everything that waits is short, so that tests need not.
QUICK = {
    "CLIPSIGHT_PORT": "0",
    "CLIPSIGHT_POLL": "0.2",  # more often, and the idle workers of a whole test run keep the machine busy
    "CLIPSIGHT_BEAT": "0.4",
    "CLIPSIGHT_WORKER_TTL": "2",
    "CLIPSIGHT_DRAIN": "60",  # a limit, not a wait; on a busy machine a step at hand takes its time to be recorded
    "CLIPSIGHT_SILENCE": "300",  # tests freeze processes, and want them back
}

FAKE_PIPELINE = ("clipsight.testing.server",)
SIMULATED_PLATFORMS = ("clipsight.testing.stand_ins", "server")
"""Modules with their first arguments: what runs the server. The second has the real pipeline."""

_WORKER = re.compile(r"start by (\d+)")
T = TypeVar("T")


def wait_for(found: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """What ``found`` returns once that is neither None nor False.

    Raises:
        TimeoutError: it never did.
    """
    pause = threading.Event()
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        value = found()
        if value is not None and value is not False:
            return value
        pause.wait(LOOK_STEP)
    raise TimeoutError(f"waited in vain for {what}")


class TestServer:
    """Starts with the context and ends with it.

    Args:
        folder: holds its data, and what the pipeline is told to do.
        settings: variables beside those of :data:`QUICK`.
        command: :data:`FAKE_PIPELINE` or :data:`SIMULATED_PLATFORMS`.
    """

    __test__ = False  # pytest collects by name

    def __init__(
        self, folder: Path, settings: Mapping[str, str] | None = None, *, command: Sequence[str] = FAKE_PIPELINE
    ) -> None:
        self.folder = folder
        self._command = command
        self._settings = settings or {}
        self.url = ""
        self.client = httpx.Client()
        self._process: subprocess.Popen[str] | None = None
        self._log: BinaryIO | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start, or start again over the same data, and wait for the first answer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        data = {"CLIPSIGHT_DATA_DIR": str(self.folder / "data")}
        self._end_streams()
        self._log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", *self._command, str(self.folder)],
            env={**os.environ, **QUICK, **data, **self._settings},
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if " listens on " not in line:
            raise RuntimeError(f"the server did not start: {self.log()}")
        self.url = line.rpartition(" ")[2].strip()
        self.client.close()
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE)

    @property
    def process(self) -> subprocess.Popen[str]:
        """The supervisor."""
        assert self._process is not None
        return self._process

    def stop(self) -> int:
        """Tell it to stop and wait; returns its exit code."""
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._end_streams()
        return code

    def _end_streams(self) -> None:
        for stream in (self._log, self._process.stdout if self._process is not None else None):
            if stream is not None:
                stream.close()

    @property
    def database_url(self) -> str:
        return self._settings.get("CLIPSIGHT_DATABASE_URL", f"sqlite:///{self.folder / 'data' / 'clipsight.db'}")

    def log(self) -> str:
        return (self.folder / "log").read_text()

    # ── what the pipeline is told, and what it did ──

    def hold(self, call: str) -> None:
        (self.folder / f"hold-{call}").touch()

    def release(self, call: str) -> None:
        (self.folder / f"hold-{call}").unlink()

    def fail(self, call: str, code: str) -> None:
        (self.folder / f"fail-{call}").write_text(code)

    def heal(self, call: str) -> None:
        (self.folder / f"fail-{call}").unlink()

    def die(self, call: str, times: int, key: str = "") -> None:
        (self.folder / f"die-{call}").write_text(f"{times} {key}")

    def calls(self, beginning: str = "") -> list[str]:
        """What the pipeline did, oldest first: ``<call> <key> by <process>``."""
        path = self.folder / "calls"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if line.startswith(beginning)]

    def await_call(self, beginning: str, count: int = 1) -> list[str]:
        """Wait until so many calls begin like this."""

        def enough() -> list[str] | None:
            calls = self.calls(beginning)
            return calls if len(calls) >= count else None

        try:
            return wait_for(enough, f"{count} calls {beginning}")
        except TimeoutError as error:
            raise TimeoutError(f"{error}; there were {self.calls()[-20:]}\n{self.log()[-3000:]}") from None

    def workers(self) -> list[int]:
        """Process ids of all workers that ever started."""
        return [int(found[1]) for line in self.calls() if (found := _WORKER.fullmatch(line))]

    # ── requests ──

    def submit(self, url: str, **more: str) -> httpx.Response:
        return self.client.post("/v1/jobs", json={"url": url, **more})

    def upload(self, content: bytes, **more: str) -> httpx.Response:
        return self.client.post("/v1/jobs", files={"file": ("clip.mp4", content)}, data=more)

    def outcome(self, submitted: httpx.Response) -> dict[str, Any]:
        """The last answer to polling, once the job is over."""
        assert submitted.status_code == 202, submitted.text

        def over() -> dict[str, Any] | None:
            body: dict[str, Any] = self.client.get(submitted.json()["pollUrl"]).raise_for_status().json()
            return body if body["status"] in {"success", "failed"} else None

        return wait_for(over, f"the end of {submitted.json()['pollUrl']}\n{self.log()}")


if __name__ == "__main__":
    try:
        command = [sys.executable, "-m", "clipsight.testing.fake_worker", sys.argv[1]]
        run = run_workers if sys.argv[2:] == ["worker"] else run_server
        sys.exit(run({}, command))
    except ClipsightError as error:
        print(error.public_message, file=sys.stderr)
        sys.exit(2)

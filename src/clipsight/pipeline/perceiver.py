"""The worker's side of the perception process: started once, models warm, one video at a time.

The process is confined before it sees its first video, so it can neither reach the network nor the disk; the video arrives
as an open descriptor. Cancelling, a timeout or a fault kills it, and the next call starts a new one.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError

from clipsight.errors import (
    BackendMissing,
    ClipsightError,
    JobCancelled,
    PerceptionCrashed,
    PerceptionTimeout,
    by_code,
)
from clipsight.media.sandbox import child_environment
from clipsight.perception.speech.choice import BUNDLED_CHOICE, WHISPER, SpeechChoice
from clipsight.perception.speech.whisper_folder import whisper_bytes
from clipsight.pipeline.channel import Channel, ChannelAbused, ChannelClosed, Message
from clipsight.pipeline.dictation import QUESTION, Scribe, SpeechService, Transcriber
from clipsight.schema.evidence import Evidence
from clipsight.schema.model import Seconds, WireModel
from clipsight.schema.result import Stage

log = logging.getLogger(__name__)

Progress = Callable[[str, float], None]
"""Called with the name of the stage and the share of the whole (0..1) that is done."""

LISTEN_STEP = 0.1  # seconds between looks at the cancel event
START_SECONDS = 60  # loading the models takes 2 to 3 s on two quiet cores
WHISPER_START_SECONDS = 240  # the largest Whisper reads 3 GB and packs them
WHISPER_MEMORY = 2.5  # times its size on disk: the file, its packed weights, and what a beam search holds
GOODBYE_SECONDS = 2
LOG_LINE = 500  # bytes of one line of the process that are kept


@dataclass(frozen=True, slots=True)
class PerceiverSettings:
    """How the perception process is run.

    Attributes:
        require_isolation: refuse to decode when the system offers no sandbox.
        memory_bytes: cap on the memory of the process.
        timeout_seconds: longest time that one video may take.
        speech: the recogniser; a Whisper by the folder of its model.
        service: the transcription service, for ``openai``.
    """

    require_isolation: bool = True
    memory_bytes: int = 1536 * 1024 * 1024
    timeout_seconds: int = 600
    speech: SpeechChoice = BUNDLED_CHOICE
    service: SpeechService | None = None

    @property
    def memory_with_models(self) -> int:
        """The cap with room for a model that is not bundled."""
        extra = WHISPER_MEMORY * whisper_bytes(self.speech.folder) if self.speech.kind == WHISPER else 0
        return self.memory_bytes + round(extra)


@dataclass(frozen=True, slots=True)
class PerceptionLimits:
    """What a file may be.

    Attributes:
        max_seconds: longest video.
        max_frames: most pictures; 180 s at 120 per second.
        max_pixels: largest picture, width times height; 4096 x 2304.
        fast: leave out pictures that no other picture refers to.
        contact_sheet: also make one picture of all keyframes.
    """

    max_seconds: int = 180
    max_frames: int = 21_600
    max_pixels: int = 9_437_184
    fast: bool = False
    contact_sheet: bool = False


class MediaFacts(WireModel):
    """What decoding told about the file."""

    duration: Seconds
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    fps: float | None = Field(gt=0)
    has_audio: bool


class Report(WireModel):
    """The answer of the perception process about one video."""

    facts: MediaFacts
    stages: list[Stage]
    evidence: Evidence
    keyframe_ids: list[str]
    contact_sheet: bool = False
    cpu_seconds: Seconds
    peak_memory_bytes: int = Field(ge=0)


@dataclass(frozen=True, slots=True)
class Perceived:
    """What was seen and heard, the keyframes as JPEG bytes by their id, and the contact sheet when it was asked for."""

    report: Report
    keyframes: dict[str, bytes]
    contact_sheet: bytes | None = None


class _Keeper(threading.Thread):
    """The thread that starts the process and stays until the process is gone.

    The kernel ties "die with your parent" to the parent's thread, and callers come from pools whose threads may end.
    """

    def __init__(self, command: list[str], end: socket.socket) -> None:
        super().__init__(name="perception-keeper", daemon=True)
        self._command, self._end = command, end
        self._started = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.start()
        self._started.wait()

    def run(self) -> None:
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own module, fixed arguments
                self._command,
                pass_fds=[self._end.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=child_environment(),
                start_new_session=True,
            )
        finally:
            self._end.close()
            self._started.set()
        with self.process as process:
            assert process.stderr is not None
            for line in process.stderr:  # a confined process may not write files, so what it says goes through us
                log.warning("perception process: %s", line[:LOG_LINE].decode("utf-8", "backslashreplace").rstrip())


class Perceiver:
    """Owns one perception process. One call at a time; calls from several threads wait for each other."""

    def __init__(self, settings: PerceiverSettings | None = None) -> None:
        self._settings = settings or PerceiverSettings()
        self._lock = threading.Lock()
        self._keeper: _Keeper | None = None
        self._channel: Channel | None = None
        self._ready = False
        self._transcriber: Transcriber | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        process = self._keeper.process if self._keeper else None
        return process.pid if process else None

    def begin(self) -> None:
        """Start the process without waiting for its models, so that they load while the video is fetched."""
        with self._lock:
            self._ensure_started()

    def start(self) -> None:
        """Start the process and wait until its models are loaded. Does nothing when it runs already.

        Raises:
            NoIsolation: the system offers no sandbox, and one is required.
            BackendMissing, BackendDamaged: a model is not there, or not the one that was shipped.
            PerceptionCrashed: the process ended while loading.
        """
        with self._lock:
            self._ensure_ready(threading.Event())

    def close(self) -> None:
        """End the process. The next call starts a new one."""
        with self._lock:
            self._stop(kill=False)
            if self._transcriber is not None:
                self._transcriber.close()
                self._transcriber = None

    def perceive(self, path: Path, limits: PerceptionLimits, progress: Progress, cancel: threading.Event) -> Perceived:
        """Look at and listen to one file.

        Raises:
            MediaError: the file is at fault; the code says how.
            JobCancelled: ``cancel`` was set; the process is gone.
            PerceptionTimeout, PerceptionCrashed: the process was stopped, or stopped by itself.
        """
        with self._lock:
            try:
                channel = self._ensure_ready(cancel)
                return self._ask(channel, path, limits, progress, cancel)
            except (JobCancelled, PerceptionTimeout, PerceptionCrashed):
                self._stop(kill=True)
                raise

    def _ask(
        self, channel: Channel, path: Path, limits: PerceptionLimits, progress: Progress, cancel: threading.Event
    ) -> Perceived:
        request = {
            "max_seconds": limits.max_seconds,
            "max_frames": limits.max_frames,
            "max_pixels": limits.max_pixels,
            "fast": limits.fast,
            "contact_sheet": limits.contact_sheet,
        }
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            channel.send(request, descriptor=descriptor)
        except ChannelClosed as error:
            raise PerceptionCrashed from error
        finally:
            os.close(descriptor)
        self._transcriber = self._transcriber or _transcriber(self._settings.service)
        scribe = Scribe(self._transcriber, channel, limits.max_seconds) if self._transcriber else None
        deadline = time.monotonic() + self._settings.timeout_seconds
        while True:
            message = self._next(channel, deadline, cancel)
            if "progress" in message.body:
                stage, fraction = _progress(message.body["progress"])
                progress(stage, fraction)
            elif QUESTION in message.body:
                if scribe is None or not scribe.take(message):
                    raise PerceptionCrashed
            elif "error" in message.body:
                raise _error(message.body)
            else:
                return _perceived(message)

    def _next(self, channel: Channel, deadline: float, cancel: threading.Event) -> Message:
        while True:
            if cancel.is_set():
                raise JobCancelled
            if time.monotonic() > deadline:
                raise PerceptionTimeout(limit_seconds=self._settings.timeout_seconds)
            readable, _, _ = select.select([channel], [], [], LISTEN_STEP)
            if readable:
                try:
                    return channel.receive()
                except (ChannelClosed, ChannelAbused) as error:
                    raise PerceptionCrashed from error

    def _ensure_started(self) -> Channel:
        running = self._keeper is not None and self._keeper.is_alive()
        if running and self._channel is not None:
            return self._channel
        self._stop(kill=True)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        command = [
            sys.executable,
            "-I",
            "-m",
            "clipsight.pipeline.perception_process",
            str(theirs.fileno()),
            str(os.getpid()),
            str(self._settings.memory_with_models),
            "required" if self._settings.require_isolation else "optional",
            str(self._settings.speech),
        ]
        self._channel = Channel(ours)
        self._keeper = _Keeper(command, theirs)
        return self._channel

    def _ensure_ready(self, cancel: threading.Event) -> Channel:
        channel = self._ensure_started()
        if self._ready:
            return channel
        patience = WHISPER_START_SECONDS if self._settings.speech.kind == WHISPER else START_SECONDS
        try:
            hello = self._next(channel, time.monotonic() + patience, cancel)
        except ClipsightError:
            self._stop(kill=True)
            raise
        if "error" in hello.body:
            self._stop(kill=True)
            raise _error(hello.body)
        self._ready = True
        return channel

    def _stop(self, *, kill: bool) -> None:
        channel, keeper = self._channel, self._keeper
        self._channel = self._keeper = None
        self._ready = False
        if channel is not None:
            channel.close()  # the process ends by itself when nobody listens
        if keeper is None or keeper.process is None:
            return
        if not kill:
            keeper.join(GOODBYE_SECONDS)
        if keeper.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(keeper.process.pid, signal.SIGKILL)
            keeper.join()


def _transcriber(service: SpeechService | None) -> Transcriber | None:
    if service is None:
        return None
    # Not imported at the top: an HTTP client is nothing to wait for where no service is used.
    module: Any = import_module("clipsight.pipeline.speech_service")
    return module.SpeechClient(service)


def _progress(body: Any) -> tuple[str, float]:
    match body:
        case [str() as stage, int() | float() as fraction] if stage.isidentifier() and 0 <= fraction <= 1:
            return stage, float(fraction)
        case _:
            raise PerceptionCrashed


def _error(body: dict[str, Any]) -> ClipsightError:
    """The error that the process reports, rebuilt from its code; only numbers are taken over as details."""
    known = by_code().get(str(body.get("error")))
    details = body.get("details")
    if known is None or not isinstance(details, dict):
        return PerceptionCrashed()
    numbers = {str(name): value for name, value in details.items() if isinstance(value, int)}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    try:
        return known(**numbers)
    except (KeyError, IndexError):
        return BackendMissing() if known is BackendMissing else PerceptionCrashed()


def _perceived(message: Message) -> Perceived:
    try:
        report = Report.model_validate(message.body)
    except ValidationError as error:
        raise PerceptionCrashed from error
    pictures = list(message.attachments)
    sheet = pictures.pop() if report.contact_sheet and pictures else None
    if len(report.keyframe_ids) != len(pictures):
        raise PerceptionCrashed
    return Perceived(report, dict(zip(report.keyframe_ids, pictures, strict=True)), sheet)

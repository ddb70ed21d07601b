"""How the confined process has a chunk of sound transcribed by a service, through whoever started it.

It sends ``{"transcribe": true}`` with the samples as an attachment and gets ``{"transcript": …}`` or ``{"error": code}``.
One question at a time. The key and the address stay on this side; the confined process may have been taken over by what it
looks at, so the questions of one video are bounded: nobody else shall run up a bill.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from pydantic import Field, ValidationError

from clipsight.errors import ClipsightError, SpeechServiceUnavailable, by_code
from clipsight.perception.sound_track import SAMPLE_RATE, Samples
from clipsight.perception.speech.elsewhere import Transcript
from clipsight.perception.speech.port import LONGEST_SECONDS
from clipsight.pipeline.channel import Channel, ChannelClosed, Message
from clipsight.schema.model import WireModel

log = logging.getLogger(__name__)

QUESTION = "transcribe"
SAMPLE_BYTES = 2
LONGEST_CHUNK = LONGEST_SECONDS * SAMPLE_RATE * SAMPLE_BYTES
# Chunks overlap only by their edges, and a video has at most one in half a second.
SOUND_ALLOWANCE = 1.5
CHUNKS_PER_SECOND = 2


@dataclass(frozen=True, slots=True)
class SpeechService:
    """Where a service is and how to ask it.

    Attributes:
        base_url: up to and including the version: ``https://host/v1``.
        model: its name there.
        api_key: sent as a bearer token; None sends none. Never logged, never given to the confined process.
        timeout_seconds: longest time for one chunk, from asking to the last byte.
    """

    base_url: str
    model: str
    api_key: str | None = field(default=None, repr=False)
    timeout_seconds: float = 60.0


class Transcriber(Protocol):
    """Whoever has a chunk written down by a service; one call at a time."""

    def transcribe(self, pcm: bytes) -> Transcript:
        """What 16-bit samples say. Raises PerceptionError when there is no answer."""
        ...

    def close(self) -> None:
        """End it, also from another thread; a call that is under way fails."""
        ...


class _TranscriptBody(WireModel):
    """A transcript on the channel."""

    text: str
    language: str | None
    log_probability: float | None = Field(le=0)
    times: list[tuple[float, float]]


class Line:
    """The confined side: the channel, shared by the thread that looks and the one that listens."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._sending = threading.Lock()
        self.open = False
        """Whether somebody answers. While models are rehearsed nobody does, and every chunk is silent."""

    def send(self, body: dict[str, Any]) -> None:
        """Send one message. Raises ChannelClosed."""
        with self._sending:
            self._channel.send(body)

    def ask(self, samples: Samples) -> Transcript:
        """Have a chunk transcribed.

        Raises:
            PerceptionError: the service gave no transcript; the code says why.
            ChannelClosed, ChannelAbused: the other side is gone, or did not answer this.
        """
        if not self.open:
            return Transcript("", None, None, ())
        pcm = np.rint(np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
        with self._sending:
            self._channel.send({QUESTION: True}, attachments=[pcm])
        answer = self._channel.receive().body
        if "error" in answer:
            raise by_code().get(str(answer["error"]), SpeechServiceUnavailable)()
        try:
            body = _TranscriptBody.model_validate(answer.get("transcript"))
        except ValidationError as error:
            raise SpeechServiceUnavailable from error
        return Transcript(body.text, body.language, body.log_probability, tuple(body.times))


class Scribe:
    """The other side, for one video: answers on threads of its own, so that progress and cancelling go on."""

    def __init__(self, client: Transcriber, channel: Channel, max_seconds: int) -> None:
        self._client, self._channel = client, channel
        self._bytes_left = round(SOUND_ALLOWANCE * max_seconds * SAMPLE_RATE) * SAMPLE_BYTES + LONGEST_CHUNK
        self._chunks_left = max_seconds * CHUNKS_PER_SECOND
        self._is_busy = False

    def take(self, message: Message) -> bool:
        """Begin to answer a question; False when it is not one that an honest process asks."""
        if len(message.attachments) != 1 or self._is_busy:
            return False
        pcm = message.attachments[0]
        self._bytes_left -= len(pcm)
        self._chunks_left -= 1
        if not 0 < len(pcm) <= LONGEST_CHUNK or len(pcm) % SAMPLE_BYTES or min(self._bytes_left, self._chunks_left) < 0:
            return False
        self._is_busy = True
        threading.Thread(target=self._answer, args=(pcm,), name="scribe", daemon=True).start()
        return True

    def _answer(self, pcm: bytes) -> None:
        body: dict[str, Any]
        try:
            found = self._client.transcribe(pcm)
            body = {
                "transcript": {
                    "text": found.text,
                    "language": found.language,
                    "log_probability": found.log_probability,
                    "times": found.times,
                }
            }
        except ClipsightError as error:
            body = {"error": error.code}
        except Exception:  # the top of a thread: recorded, and nobody waits for ever
            log.exception("asking the transcription service ended with an unforeseen error")
            body = {"error": SpeechServiceUnavailable.code}
        self._is_busy = False  # before the answer, which may be followed by the next question at once
        with contextlib.suppress(ChannelClosed):  # cancelled meanwhile
            self._channel.send(body)

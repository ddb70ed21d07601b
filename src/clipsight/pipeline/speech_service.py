"""A client for transcription services that speak OpenAI's protocol: ``POST /audio/transcriptions``.

Runs in the process that has the network. What the service answers is foreign: sizes are bounded, shapes are checked, and
nothing of it enters an error or the log.
"""

from __future__ import annotations

import io
import json
import logging
import math
import threading
import time
import wave
from typing import Any, Self, cast

import httpx

from clipsight.errors import SpeechServiceRefused, SpeechServiceUnavailable
from clipsight.perception.language.names import language_code
from clipsight.perception.sound_track import SAMPLE_RATE
from clipsight.perception.speech.elsewhere import Transcript
from clipsight.perception.speech.port import LONGEST_SECONDS
from clipsight.pipeline.dictation import SpeechService

log = logging.getLogger(__name__)

CONNECT_SECONDS = 10.0
MOST_BYTES = 1_000_000  # of an answer; 30 seconds of speech with word times are below 20 kB
MOST_CHARACTERS = 5_000  # of a text; the fastest speaker says about 1,000 in 30 seconds
ATTEMPTS = 2
PAUSE_SECONDS = 1.0  # before the second attempt
_OK = 200
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504})  # may go away by itself
_WRONG_SHAPE = frozenset({400, 422})  # models that give no word times refuse to be asked for them

_DETAILED = {"response_format": "verbose_json", "timestamp_granularities[]": ["word", "segment"]}
_PLAIN = {"response_format": "json"}


class SpeechClient:
    """Asks one service. One call at a time."""

    def __init__(self, service: SpeechService, *, pause_seconds: float = PAUSE_SECONDS) -> None:
        self._service = service
        self._pause = pause_seconds
        self._closed = threading.Event()
        self._shape: dict[str, Any] = _DETAILED
        headers = {"Authorization": f"Bearer {service.api_key}"} if service.api_key else {}
        # Neither redirects nor the proxies and password files of the environment: the key goes to this address alone.
        self._http = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(service.timeout_seconds, connect=min(CONNECT_SECONDS, service.timeout_seconds)),
            follow_redirects=False,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it, also from another thread; a call that is under way fails."""
        self._closed.set()
        self._http.close()

    def transcribe(self, pcm: bytes) -> Transcript:
        """What a chunk says.

        Args:
            pcm: 16-bit little-endian samples, 16,000 per second, one channel, at most 30 seconds.

        Raises:
            SpeechServiceUnavailable: no answer in time, an error that may pass, or something that is no transcript.
            SpeechServiceRefused: the service will not do it: wrong key, wrong address, wrong model.
        """
        sound = _as_wave(pcm)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._transcript(sound)
            except SpeechServiceUnavailable:
                if attempt == ATTEMPTS or self._closed.wait(self._pause):
                    raise
        raise SpeechServiceUnavailable

    def _transcript(self, sound: bytes) -> Transcript:
        status, content = self._post(sound)
        if status in _WRONG_SHAPE and self._shape is _DETAILED:
            self._shape = _PLAIN
            status, content = self._post(sound)
        if status in _PASSING:
            log.warning("the transcription service answered %d", status)
            raise SpeechServiceUnavailable
        if status != _OK:
            log.warning("the transcription service answered %d", status)
            raise SpeechServiceRefused
        found = _parsed(content)
        if found is None:
            log.warning("the transcription service answered something that is no transcript")
            raise SpeechServiceUnavailable
        return found

    def _post(self, sound: bytes) -> tuple[int, bytes]:
        deadline = time.monotonic() + self._service.timeout_seconds
        content = bytearray()
        try:
            with self._http.stream(
                "POST",
                f"{self._service.base_url}/audio/transcriptions",
                data={"model": self._service.model, "temperature": "0", **self._shape},
                files={"file": ("chunk.wav", sound, "audio/wav")},
            ) as response:
                for part in response.iter_bytes():
                    content += part
                    if len(content) > MOST_BYTES or time.monotonic() > deadline:
                        raise SpeechServiceUnavailable
                return response.status_code, bytes(content)
        # A closed client raises RuntimeError; an address that cannot be one raises InvalidURL, which is no HTTPError.
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as error:
            log.warning("the transcription service could not be reached: %s", type(error).__name__)
            raise SpeechServiceUnavailable from error


def _as_wave(pcm: bytes) -> bytes:
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(pcm)
    return whole.getvalue()


def _parsed(content: bytes) -> Transcript | None:
    """The transcript in an answer, or None when it has none. Whatever else is not as expected counts as not said."""
    try:
        body: Any = json.loads(content)
    except (ValueError, RecursionError):
        return None
    match body:
        case {"text": str() as text} if len(text) <= MOST_CHARACTERS:
            fields = cast("dict[str, Any]", body)
            language = fields.get("language")
            return Transcript(
                # Lone surrogates, which JSON can spell, are no text.
                text=" ".join(text.encode("utf-8", "ignore").decode().split()),
                language=language_code(language) if isinstance(language, str) else None,
                log_probability=_log_probability(fields.get("segments")),
                times=_times(fields.get("words")),
            )
        case _:
            return None


def _times(words: Any) -> tuple[tuple[float, float], ...]:
    times: list[tuple[float, float]] = []
    for word in cast("list[Any]", words) if isinstance(words, list) else []:
        match word:
            case {"start": int() | float() as start, "end": int() | float() as end} if (
                0 <= start <= end <= LONGEST_SECONDS + 1
            ):
                times.append((float(start), float(end)))
            case _:
                return ()
    return tuple(times)


def _log_probability(segments: Any) -> float | None:
    """Mean over the segments, by their length."""
    total, seconds = 0.0, 0.0
    for segment in cast("list[Any]", segments) if isinstance(segments, list) else []:
        match segment:
            case {"avg_logprob": int() | float() as mean, "start": int() | float() as start, "end": int() | float() as end}:
                length = max(0.01, float(end) - float(start))
                total += float(mean) * length
                seconds += length
            case _:
                return None
    if seconds == 0 or not math.isfinite(total):
        return None
    return min(0.0, total / seconds)

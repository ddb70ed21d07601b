from __future__ import annotations

import socket
from collections.abc import Iterator

import numpy as np
import pytest

from clipsight.errors import ClipsightError, SpeechServiceRefused, SpeechServiceUnavailable
from clipsight.perception.speech.elsewhere import Transcript
from clipsight.pipeline.channel import Channel, Message
from clipsight.pipeline.dictation import LONGEST_CHUNK, Line, Scribe

SAMPLES = np.zeros(16_000, np.float32)


class Writing:
    """A transcriber that always says the same, or fails the same way."""

    def __init__(self, answer: Transcript | Exception) -> None:
        self._answer = answer

    def transcribe(self, pcm: bytes) -> Transcript:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def close(self) -> None:
        pass


SAID = Transcript("Cold oil.", "en", -0.2, ((0.0, 0.4), (0.4, 0.9)))


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield Channel(ours), Channel(theirs)


def asked(ends: tuple[Channel, Channel], answer: Transcript | Exception) -> Transcript:
    """One question and its answer, over a real channel."""
    line = Line(ends[1])
    line.open = True
    scribe = Scribe(Writing(answer), ends[0], 180)
    import threading

    serving = threading.Thread(target=lambda: scribe.take(ends[0].receive()))
    serving.start()
    try:
        return line.ask(SAMPLES)
    finally:
        serving.join()


def test_a_transcript_arrives_as_it_was_given(ends: tuple[Channel, Channel]):
    assert asked(ends, SAID) == SAID


@pytest.mark.parametrize("error", [SpeechServiceRefused(), SpeechServiceUnavailable()])
def test_a_failure_arrives_with_its_code(ends: tuple[Channel, Channel], error: ClipsightError):
    with pytest.raises(type(error)):
        asked(ends, error)


def test_an_unforeseen_failure_does_not_leave_anybody_waiting(ends: tuple[Channel, Channel]):
    with pytest.raises(SpeechServiceUnavailable):
        asked(ends, ZeroDivisionError())


def test_before_the_line_is_open_nobody_is_asked(ends: tuple[Channel, Channel]):
    assert Line(ends[1]).ask(SAMPLES).text == ""


@pytest.mark.parametrize("attachments", [(), (b"",), (b"\0",), (b"\0" * (LONGEST_CHUNK + 2),), (b"\0\0", b"\0\0")])
def test_what_an_honest_process_does_not_ask_is_refused(ends: tuple[Channel, Channel], attachments: tuple[bytes, ...]):
    assert not Scribe(Writing(SAID), ends[0], 180).take(Message({"transcribe": True}, attachments))


def test_a_video_has_only_so_much_sound(ends: tuple[Channel, Channel]):
    scribe = Scribe(Writing(SAID), ends[0], 10)
    question = Message({"transcribe": True}, (b"\0" * LONGEST_CHUNK,))
    taken = 0
    while scribe.take(question):
        ends[1].receive()
        taken += 1
    assert taken == 1, "45 seconds are allowed for a video of 10, in chunks of 30"


def test_a_video_has_only_so_many_chunks(ends: tuple[Channel, Channel]):
    scribe = Scribe(Writing(SAID), ends[0], 10)
    taken = 0
    while scribe.take(Message({"transcribe": True}, (b"\0\0",))):
        ends[1].receive()
        taken += 1
    assert taken == 20

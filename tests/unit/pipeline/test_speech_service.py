from __future__ import annotations

import json
import logging
import threading
from typing import Any

import pytest

from clipsight.errors import ClipsightError, SpeechServiceRefused, SpeechServiceUnavailable
from clipsight.perception.speech.elsewhere import Elsewhere, Transcript
from clipsight.pipeline.dictation import SpeechService
from clipsight.pipeline.speech_service import MOST_BYTES, SpeechClient
from clipsight.testing.speech_service import Asked, Reply, StandInService

PCM = b"\x01\x00" * 16_000
KEY = "sk-very-secret"


def ask(*replies: Reply, seconds: float = 20.0) -> tuple[Transcript | ClipsightError, list[Asked]]:
    """What comes of one chunk when the service answers like this, the last answer again and again."""
    left = list(replies)

    def reply(_asked: Asked) -> Reply:
        return left.pop(0) if len(left) > 1 else left[0]

    with StandInService(reply) as service:
        settings = SpeechService(service.base_url, "a-model", KEY, seconds)
        with SpeechClient(settings, pause_seconds=0.0) as client:
            try:
                return client.transcribe(PCM), service.asked
            except ClipsightError as error:
                return error, service.asked


def test_a_chunk_is_asked_for_with_its_words():
    found, asked = ask(Reply.saying("Cold oil, please.", 1.0))
    assert found == Transcript("Cold oil, please.", "en", -0.1, ((0.0, 1 / 3), (1 / 3, 2 / 3), (2 / 3, 1.0)))
    assert asked[0].path == "/v1/audio/transcriptions"
    assert asked[0].authorization == f"Bearer {KEY}"
    assert asked[0].fields["model"] == "a-model"
    assert asked[0].fields["response_format"] == "verbose_json"
    assert asked[0].pcm == PCM


def test_a_model_without_word_times_is_asked_again_for_the_text_alone():
    found, asked = ask(Reply(status=400), Reply(body=b'{"text": "Cold oil."}'))
    assert found == Transcript("Cold oil.", None, None, ())
    assert [request.fields["response_format"] for request in asked] == ["verbose_json", "json"]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_and_then_retryable(status: int):
    found, asked = ask(Reply(status=status, body=KEY.encode()))
    assert isinstance(found, SpeechServiceUnavailable)
    assert found.retryable
    assert len(asked) == 2
    assert isinstance(ask(Reply(status=status), Reply.saying("Here."))[0], Transcript)


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404, 413])
def test_what_will_not_pass_is_not_tried_again(status: int):
    found, asked = ask(Reply(status=status, headers={"Location": "/v1/elsewhere"}))
    assert isinstance(found, SpeechServiceRefused)
    assert len(asked) == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"text": 3}', b'{"text": "' + b"a" * 6_000 + b'"}', b"[" * 100_000, b"a" * (MOST_BYTES + 1)],
    ids=["nothing", "page", "list", "number", "long", "deep", "huge"],
)
def test_what_is_no_transcript_is_none(body: bytes):
    assert isinstance(ask(Reply(body=body))[0], SpeechServiceUnavailable)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"language": "klingon"}, (None, None, ())),
        ({"language": ["en"]}, (None, None, ())),
        ({"language": "pt-BR"}, ("pt", None, ())),
        ({"words": [{"start": 2, "end": 1}]}, (None, None, ())),
        ({"words": [{"start": 0, "end": 1e9}]}, (None, None, ())),
        ({"words": [{"start": 0, "end": 0.5}, 7]}, (None, None, ())),
        ({"segments": [{"avg_logprob": float("nan"), "start": 0, "end": 1}]}, (None, None, ())),
        ({"segments": [{"avg_logprob": 3, "start": 0, "end": 1}]}, (None, 0.0, ())),
        ({"segments": 7, "words": 7}, (None, None, ())),
    ],
)
def test_whatever_else_is_odd_counts_as_not_said(more: dict[str, Any], expected: tuple[object, ...]):
    found, _ = ask(Reply(body=json.dumps({"text": "Hello \ud800there.", **more}).encode()))
    assert isinstance(found, Transcript)
    assert found.text == "Hello there."
    assert (found.language, found.log_probability, found.times) == expected


def test_a_service_that_does_not_answer_is_given_up():
    held = threading.Event()
    try:
        found, _ = ask(Reply(hold=held), seconds=0.2)
    finally:
        held.set()
    assert isinstance(found, SpeechServiceUnavailable)


def test_nobody_there():
    client = SpeechClient(SpeechService("http://127.0.0.1:1/v1", "a-model"), pause_seconds=0.0)
    with client, pytest.raises(SpeechServiceUnavailable):
        client.transcribe(PCM)


def test_neither_the_key_nor_the_answer_is_told(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    found, _ = ask(Reply(status=401, body=b"your key is bad: secret-answer"))
    assert isinstance(found, ClipsightError)
    told = f"{caplog.text} {found} {found.public_message} {found.details} {SpeechService('u', 'm', KEY)!r}"
    assert KEY not in told
    assert "secret-answer" not in told


def test_words_whose_count_differs_from_the_times_have_no_place():
    def answer(text: str) -> Transcript:
        return Transcript(text, "en", None, ((0.0, 0.5), (0.5, 1.0)))

    import numpy as np

    samples = np.zeros(16_000, np.float32)
    two = Elsewhere("m", lambda _samples: answer("cold oil")).transcribe(samples)
    three = Elsewhere("m", lambda _samples: answer("in cold oil")).transcribe(samples)
    assert [token.place is not None for token in two.tokens] == [True, True]
    assert [token.place for token in three.tokens] == [None, None, None]

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clipsight.testing.truth import SentenceTruth, SoundTruth, TextTruth, Truth, WordTruth
from clipsight.timeline import Instant, Span

Document = dict[str, Any]


@pytest.fixture
def truth() -> Truth:
    """Ten seconds with one of everything."""
    return Truth(
        width=360,
        height=640,
        duration=Instant.from_seconds(10),
        fps=30,
        texts=(
            TextTruth("Hello world", Span.from_seconds(1, 3), (0.1, 0.1, 0.5, 0.1)),
            TextTruth("Only $4.99\nToday 🔥", Span.from_seconds(5, 8), (0.1, 0.3, 0.5, 0.2)),
        ),
        sentences=(
            SentenceTruth(
                "Two hundred grams of noodles.",
                Span.from_seconds(1, 3.5),
                tuple(
                    WordTruth(word, Span.from_seconds(1 + number / 2, 1.5 + number / 2))
                    for number, word in enumerate(("Two", "hundred", "grams", "of", "noodles"))
                ),
            ),
        ),
        cuts=(Instant.from_seconds(2), Instant.from_seconds(4)),
        dissolves=(Span.from_seconds(6.7, 7.3),),
        sounds=(
            SoundTruth("speech", Span.from_seconds(0, 4)),
            SoundTruth("music", Span.from_seconds(4, 8)),
            SoundTruth("speech_over_music", Span.from_seconds(8, 10)),
        ),
        tempo_bpm=120,
    )


@pytest.fixture
def flawless() -> Callable[[Truth], Document]:
    """Makes the document that says exactly what is true."""
    return _flawless


def _flawless(truth: Truth) -> Document:
    shots: list[Document] = [_shot(0, "start", 0)]
    shots += [_shot(cut.seconds, "cut", 0) for cut in truth.cuts]
    shots += [_shot(span.middle.seconds, "dissolve", span.seconds) for span in truth.dissolves]
    return {
        "video": {
            "width": truth.width,
            "height": truth.height,
            "duration": truth.duration.seconds,
            "has_audio": truth.has_audio,
        },
        "evidence": {
            "shots": sorted(shots, key=lambda shot: shot["start"]),
            "screen_text": [{"text": text.text, **_times(text.span)} for text in truth.texts],
            "speech": {
                "segments": [
                    {
                        "kind": "speech",
                        "words": [{"text": word.text, **_times(word.span)} for word in sentence.words if word.span],
                    }
                    for sentence in truth.sentences
                ]
            },
            "sound": {
                "regions": [{"kind": sound.kind, **_times(sound.span)} for sound in truth.sounds],
                "tempo_bpm": truth.tempo_bpm,
            },
        },
    }


def _shot(start: float, transition: str, seconds: float) -> Document:
    return {"start": start, "transition": transition, "transition_seconds": seconds}


def _times(span: Span) -> Document:
    return {"start": span.start.seconds, "end": span.end.seconds}

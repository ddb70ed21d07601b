"""The listening stage: who speaks when, what they say, and when each word is said."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from clipsight.errors import JobCancelled
from clipsight.perception.sound.measure import measure_sound
from clipsight.perception.sound_track import SAMPLE_RATE, SoundTrack, span_of
from clipsight.perception.speech.finding import (
    Reason,
    SegmentFinding,
    SegmentKind,
    SpeechFinding,
    WordFinding,
    WordTimes,
    no_audio,
)
from clipsight.perception.speech.gates import Doubt, doubt
from clipsight.perception.speech.models import SpeechModels
from clipsight.perception.speech.port import AlignedWord, Recognition
from clipsight.perception.speech.regions import Chunk, Stretch, chunked, voiced_stretches
from clipsight.perception.speech.sentences import HeardWord, TimedWord, heard_words, sentences
from clipsight.perception.speech.spread import spread

__all__ = ["SpeechFinding", "listen", "no_audio"]

SILENT_RMS = 10 ** (-60 / 20)  # of the loudest tenth of a second; below -60 dBFS nothing is meant to be heard


@dataclass(frozen=True, slots=True)
class _Heard:
    """One chunk and what came of it."""

    chunk: Chunk
    recognition: Recognition
    doubt: Doubt | None
    words: list[TimedWord]
    aligned: bool


def listen(
    track: SoundTrack, models: SpeechModels, progress: Callable[[float], None], cancel: threading.Event
) -> SpeechFinding:
    """Write down what is said in a track.

    Args:
        track: the sound; for a video without any use :func:`no_audio`.
        models: loaded before.
        progress: called with the fraction that is done, 0..1, not falling.
        cancel: checked before every chunk.

    Raises:
        JobCancelled: ``cancel`` was set.
    """
    if len(track.samples) == 0:
        return SpeechFinding("unknown", "sound not readable", None, None, [], [], models.backend)
    if is_silent(track):
        return SpeechFinding("none", "silence", None, None, [], [], models.backend)
    length = len(track.samples)
    probabilities = models.voice.probabilities(track.samples)
    voiced = voiced_stretches(probabilities, length)
    heard: list[_Heard] = []
    chunks = chunked(voiced, probabilities, length)
    for chunk in chunks:
        if cancel.is_set():
            raise JobCancelled
        heard.append(_hear(track, chunk, models))
        progress(chunk.whole.end / length)
    progress(1.0)
    return _finding(track, voiced, heard, models)


def is_silent(track: SoundTrack) -> bool:
    """Nothing in the track is loud enough to be meant."""
    step = SAMPLE_RATE // 10
    whole = len(track.samples) // step * step
    blocks = track.samples[:whole].reshape(-1, step) if whole else track.samples[np.newaxis]
    return float(np.sqrt(np.square(blocks).mean(axis=1).max())) < SILENT_RMS


def _hear(track: SoundTrack, chunk: Chunk, models: SpeechModels) -> _Heard:
    samples = track.samples[chunk.whole.first : chunk.whole.end]
    recognition = models.recogniser.transcribe(samples)
    voiced_share = sum(stretch.length for stretch in chunk.voiced) / chunk.whole.length
    doubtful = doubt(recognition, voiced_share)
    words = heard_words(recognition.tokens)
    if doubtful or not words:
        return _Heard(chunk, recognition, doubtful or "unlikely", [], aligned=False)
    written = [word.text for word in words]
    places = models.aligner.align(samples, written) if models.aligner else None
    aligned = places is not None
    if places is None:
        begin = chunk.whole.first
        places = spread(written, [Stretch(part.first - begin, part.end - begin) for part in chunk.voiced])
    return _Heard(chunk, recognition, None, _on_track(words, places, chunk.whole), aligned)


def _on_track(words: Sequence[HeardWord], places: Sequence[AlignedWord], whole: Stretch) -> list[TimedWord]:
    return [
        TimedWord(word, whole.first + place.start, min(whole.first + place.end, whole.end))
        for word, place in zip(words, places, strict=True)
    ]


def _finding(track: SoundTrack, voiced: Sequence[Stretch], heard: Sequence[_Heard], models: SpeechModels) -> SpeechFinding:
    regions = [span_of(track, stretch.first, stretch.end) for stretch in voiced]
    segments = [segment for item in heard if item.doubt is None for segment in _segments(track, item)]
    if segments:
        times: WordTimes = "aligned" if all(item.aligned for item in heard if item.doubt is None) else "approximate"
        return SpeechFinding("speech", None, models.recogniser.language, times, segments, regions, models.backend)
    has_music = measure_sound(track, []).has_music
    reason = _reason(heard, has_music=has_music)
    verdict = "none" if reason in {"music", "no speech"} else "unknown"
    return SpeechFinding(verdict, reason, None, None, [], regions, models.backend)


def _reason(heard: Sequence[_Heard], *, has_music: bool) -> Reason:
    """Why nothing was written down."""
    if has_music:
        return "music"
    if all(item.doubt == "invented" for item in heard):
        return "no speech"
    if all(item.doubt == "unlikely" for item in heard):
        return "probably not English"
    return "not intelligible"


def _segments(track: SoundTrack, item: _Heard) -> list[SegmentFinding]:
    kind: SegmentKind = "speech"
    found: list[SegmentFinding] = []
    for line in sentences(item.words):
        words = tuple(
            WordFinding(span_of(track, part.first, part.end), part.word.text, part.word.confidence) for part in line
        )
        confidence = sum(word.confidence for word in words) / len(words)
        span = words[0].span.joined(words[-1].span)
        found.append(SegmentFinding(span, " ".join(word.text for word in words), kind, confidence, words))
    return found

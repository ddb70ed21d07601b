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
from clipsight.perception.speech.gates import Doubt, doubt, sounds_sung
from clipsight.perception.speech.models import SpeechModels
from clipsight.perception.speech.port import AlignedWord, Recognition, Scale
from clipsight.perception.speech.regions import Chunk, Stretch, chunked, voiced_stretches
from clipsight.perception.speech.sentences import HeardWord, TimedWord, heard_words, sentences
from clipsight.perception.speech.spread import spread
from clipsight.timeline import Span

__all__ = ["SpeechFinding", "listen", "no_audio"]

ALIGNED_LANGUAGE = "en"  # whose sounds the aligner knows
SHORTEST_WORD = SAMPLE_RATE * 8 // 100  # "a" takes about that long
LONG_VOICE = 2 * SAMPLE_RATE  # enough to know a language by; less of it within music is as likely a voice that sings
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
        PerceptionError: a recogniser that asks a service got no transcript.
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
    doubtful = doubt(recognition, chunk.voiced_share, models.recogniser.scale)
    words = heard_words(recognition.tokens)
    if doubtful or not words:
        return _Heard(chunk, recognition, doubtful or "unlikely", [], aligned=False)
    written = [word.text for word in words]
    can_align = models.aligner is not None and recognition.language == ALIGNED_LANGUAGE
    places = models.aligner.align(samples, written) if models.aligner and can_align else None
    aligned = places is not None
    if places is None:
        # A recogniser's own times come from its attention and are a tenth of a second or more off: better than spreading.
        own = [word.place for word in words if word.place is not None]
        places = own if len(own) == len(words) else spread(written, _inside(chunk))
    return _Heard(chunk, recognition, None, _on_track(words, places, chunk), aligned)


def _inside(chunk: Chunk) -> list[Stretch]:
    """The stretches of speech, counted from the start of the chunk."""
    begin = chunk.whole.first
    return [Stretch(part.first - begin, part.end - begin) for part in chunk.voiced]


def _on_track(words: Sequence[HeardWord], places: Sequence[AlignedWord], chunk: Chunk) -> list[TimedWord]:
    timed: list[TimedWord] = []
    for word, place in zip(words, places, strict=True):
        first, end = chunk.whole.first + place.start, min(chunk.whole.first + place.end, chunk.whole.end)
        # An aligner gives what follows the last word of a sentence to that word; the voice ends earlier.
        voice_end = max((part.end for part in chunk.voiced if part.first < end and first < part.end), default=end)
        timed.append(TimedWord(word, first, min(end, max(voice_end, first + SHORTEST_WORD))))
    return timed


def _finding(track: SoundTrack, voiced: Sequence[Stretch], heard: Sequence[_Heard], models: SpeechModels) -> SpeechFinding:
    regions = [span_of(track, stretch.first, stretch.end) for stretch in voiced]
    music = [
        region.span for region in measure_sound(track, regions).regions if region.kind in {"music", "speech_over_music"}
    ]
    believed = [item for item in heard if item.doubt is None]
    scale = models.recogniser.scale
    segments = [segment for item in believed for segment in _segments(track, item, music, scale)]
    if not segments:
        reason = _reason(heard, models.recogniser.language, has_music=bool(music))
        verdict = "none" if reason in {"music", "no speech"} else "unknown"
        return SpeechFinding(verdict, reason, None, None, [], regions, models.backend)
    times: WordTimes = "aligned" if all(item.aligned for item in believed) else "approximate"
    only_sung = all(segment.kind == "lyrics" for segment in segments)
    verdict, reason = ("none", "music") if only_sung else ("speech", None)
    return SpeechFinding(verdict, reason, _language(believed), times, segments, regions, models.backend)


def _language(believed: Sequence[_Heard]) -> str | None:
    """The one that is spoken longest, among the chunks whose language is known."""
    spoken: dict[str, int] = {}
    for item in believed:
        language = item.recognition.language
        if language is not None:
            spoken[language] = spoken.get(language, 0) + sum(stretch.length for stretch in item.chunk.voiced)
    return max(spoken, key=lambda language: spoken[language]) if spoken else None


def _reason(heard: Sequence[_Heard], language: str | None, *, has_music: bool) -> Reason:
    """Why nothing was written down."""
    doubts = {item.doubt for item in heard}
    voice = sum(stretch.length for item in heard for stretch in item.chunk.voiced)
    if has_music and (voice < LONG_VOICE or doubts & {"music", "repeated", "invented"}):
        return "music"
    if doubts <= {"invented"}:
        return "no speech"
    is_foreign = language == "en" and doubts == {"unlikely"} and voice >= LONG_VOICE
    return "probably not English" if is_foreign else "not intelligible"


def _kind(track: SoundTrack, item: _Heard, music: Sequence[Span], scale: Scale) -> SegmentKind:
    """Words over music are sung when both models have trouble with them, or when they come round again."""
    chunk = span_of(track, item.chunk.whole.first, item.chunk.whole.end)
    if 2 * sum(span.shared_us(chunk) for span in music) < chunk.us:
        return "speech"
    return "lyrics" if sounds_sung(item.recognition, item.chunk.voiced_share, scale) else "speech"


def _segments(track: SoundTrack, item: _Heard, music: Sequence[Span], scale: Scale) -> list[SegmentFinding]:
    kind = _kind(track, item, music, scale)
    found: list[SegmentFinding] = []
    for line in sentences(item.words):
        words = tuple(
            WordFinding(span_of(track, part.first, part.end), part.word.text, part.word.confidence) for part in line
        )
        confidence = sum(word.confidence for word in words) / len(words)
        span = words[0].span.joined(words[-1].span)
        found.append(SegmentFinding(span, " ".join(word.text for word in words), kind, confidence, words))
    return found

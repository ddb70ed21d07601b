from __future__ import annotations

import threading
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np
import pytest

from clipsight.errors import JobCancelled
from clipsight.media.sound import DecodedSound
from clipsight.perception.sound_track import SAMPLE_RATE, Samples
from clipsight.perception.speech.finding import SpeechFinding
from clipsight.perception.speech.listen import listen, no_audio
from clipsight.perception.speech.models import SpeechModels
from clipsight.perception.speech.port import Recogniser, Recognition
from clipsight.perception.speech.spoken import spoken_words
from clipsight.timeline import Instant


def track(samples: Samples, start: float = 0.0) -> DecodedSound:
    return DecodedSound(samples.astype(np.float32), Instant.from_seconds(start), None, damaged=0, truncated=False)


def heard(samples: Samples, models: SpeechModels, start: float = 0.0) -> SpeechFinding:
    return listen(track(samples, start), models, lambda fraction: None, threading.Event())


def said(finding: SpeechFinding) -> list[str]:
    return [word for segment in finding.segments for word in spoken_words(segment.text)]


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), np.float32)


def noise(seconds: float, level: float = 0.1) -> Samples:
    return (level * np.random.default_rng(3).standard_normal(round(seconds * SAMPLE_RATE))).astype(np.float32)


@pytest.fixture(scope="module")
def plain(speech: Samples, models: SpeechModels) -> SpeechFinding:
    return heard(speech, models)


def test_the_words_are_those_that_were_spoken(plain: SpeechFinding, truth: dict[str, Any]):
    assert plain.verdict == "speech"
    assert plain.reason is None
    assert plain.language == "en"
    assert said(plain) == spoken_words(truth["text"])


def test_words_stand_where_they_are_spoken(plain: SpeechFinding, truth: dict[str, Any]):
    found = [word for segment in plain.segments for word in segment.words]
    starts = [abs(word.span.start.seconds - start) for word, (_, start, _) in zip(found, truth["words"], strict=True)]
    ends = [abs(word.span.end.seconds - end) for word, (_, _, end) in zip(found, truth["words"], strict=True)]
    assert plain.word_times == "aligned"
    assert median(starts) <= 0.03
    assert max(starts) <= 0.15
    assert median(ends) <= 0.05


def test_segments_are_sentences(plain: SpeechFinding):
    assert [segment.text.split()[0].lower() for segment in plain.segments] == ["most", "here", "slice"]
    assert all(segment.text.endswith(".") for segment in plain.segments)
    for segment in plain.segments:
        assert " ".join(word.text for word in segment.words) == segment.text
        assert segment.words[0].span.start == segment.span.start
        assert segment.words[-1].span.end == segment.span.end
        assert all(before.span.end <= after.span.start for before, after in pairwise(segment.words))
        assert 0.5 < segment.confidence <= 1


def test_times_follow_the_start_of_the_track(plain: SpeechFinding, speech: Samples, models: SpeechModels):
    late = heard(speech, models, start=1.25)
    shifts = {b.span.start.us - a.span.start.us for a, b in zip(plain.segments, late.segments, strict=True)}
    assert shifts == {1_250_000}


def test_one_video_leaves_no_trace_in_the_next(plain: SpeechFinding, speech: Samples, models: SpeechModels):
    heard(np.concatenate([noise(1), 3 * speech[::-1]]).clip(-1, 1), models)
    assert heard(speech, models) == plain


def test_speech_over_music_is_written_down(speech: Samples, band: Samples, models: SpeechModels, truth: dict[str, Any]):
    mixed = speech + 0.2 * band[: len(speech)]
    finding = heard(mixed, models)
    expected = spoken_words(truth["text"])
    assert finding.verdict == "speech"
    assert {segment.kind for segment in finding.segments} == {"speech"}
    assert len(set(expected) & set(said(finding))) >= 0.85 * len(set(expected))


def over(speech: Samples, music: Samples, decibels: float) -> Samples:
    """Speech with music that is softer by so much, by their mean powers."""
    music = music[: len(speech)]
    gain = np.sqrt(np.square(speech).mean() / np.square(music).mean()) * 10 ** (-decibels / 20)
    return (speech + gain * music).astype(np.float32)


class Struggling:
    """The recogniser as it is with music that is louder than the synthetic band."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser
        self.name, self.language, self.scale = recogniser.name, recogniser.language, recogniser.scale

    def transcribe(self, samples: Samples) -> Recognition:
        return replace(self._recogniser.transcribe(samples), log_probability=-0.5)


def test_somebody_who_talks_over_loud_music_does_not_sing(speech: Samples, band: Samples, models: SpeechModels):
    struggling = replace(models, recogniser=Struggling(models.recogniser))
    finding = heard(over(speech, band, 0), struggling)
    assert finding.verdict == "speech"
    assert {segment.kind for segment in finding.segments} == {"speech"}


def test_words_that_neither_model_is_sure_of_are_lyrics(speech: Samples, band: Samples, models: SpeechModels):
    half_heard = speech.copy()
    for start in (2, 5):  # short enough to leave one chunk of it
        half_heard[start * SAMPLE_RATE : round((start + 1.4) * SAMPLE_RATE)] = 0
    struggling = replace(models, recogniser=Struggling(models.recogniser))
    finding = heard(over(half_heard, band, 0), struggling)
    assert (finding.verdict, finding.reason) == ("none", "music")
    assert {segment.kind for segment in finding.segments} == {"lyrics"}


def test_the_louder_the_music_the_lower_the_confidence(
    speech: Samples, band: Samples, models: SpeechModels, truth: dict[str, Any]
):
    expected = set(spoken_words(truth["text"]))
    means: list[float] = []
    right: list[float] = []
    wrong: list[float] = []
    for decibels in (20.0, 5.0, 0.0):
        words = [word for part in heard(over(speech, band, decibels), models).segments for word in part.words]
        means.append(float(np.mean([word.confidence for word in words])))
        for word in words:
            (right if set(spoken_words(word.text)) <= expected else wrong).append(word.confidence)
    assert means == sorted(means, reverse=True)
    assert np.mean(right) > np.mean(wrong) + 0.1


@pytest.mark.parametrize("seconds", [0.01, 0.3, 5.0])
def test_silence(seconds: float, models: SpeechModels):
    finding = heard(silence(seconds), models)
    assert (finding.verdict, finding.reason, finding.segments) == ("none", "silence", [])


def test_music_has_no_words(band: Samples, models: SpeechModels):
    finding = heard(band, models)
    assert (finding.verdict, finding.reason, finding.segments) == ("none", "music", [])


def test_noise_has_no_words(models: SpeechModels):
    finding = heard(noise(6), models)
    assert (finding.verdict, finding.reason, finding.segments) == ("none", "no speech", [])


def test_what_is_not_english_is_not_put_into_english(speech: Samples, models: SpeechModels):
    """Speech played backwards is a voice in no language."""
    finding = heard(speech[::-1].copy(), models)
    assert finding.verdict == "unknown"
    assert finding.reason in {"probably not English", "not intelligible"}
    assert finding.language is None
    assert finding.segments == []
    assert finding.speech_regions


def test_no_sound_at_all(models: SpeechModels):
    assert no_audio("x").reason == "no audio"
    damaged = heard(silence(0), models)
    assert (damaged.verdict, damaged.reason) == ("unknown", "sound not readable")


def test_without_aligner_times_are_called_approximate(
    speech: Samples, models: SpeechModels, plain: SpeechFinding, truth: dict[str, Any]
):
    finding = heard(speech, replace(models, aligner=None))
    assert finding.word_times == "approximate"
    assert "pocketsphinx" not in finding.backend
    assert said(finding) == said(plain)
    found = [word.span.start.seconds for segment in finding.segments for word in segment.words]
    errors = [abs(start - expected) for start, (_, expected, _) in zip(found, truth["words"], strict=True)]
    assert median(errors) < 0.5


def test_long_speech_is_cut_into_chunks(speech: Samples, models: SpeechModels, truth: dict[str, Any]):
    fractions: list[float] = []
    thrice = np.concatenate([speech, silence(0.5), speech, silence(3), speech])
    finding = listen(track(thrice), models, fractions.append, threading.Event())
    assert said(finding) == 3 * spoken_words(truth["text"])
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(fractions) >= 3
    assert all(segment.span.seconds <= 12.5 for segment in finding.segments)


def test_cancel(speech: Samples, models: SpeechModels):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(JobCancelled):
        listen(track(speech), models, lambda fraction: None, cancel)

"""What every recogniser, aligner and voice detector must do. A new backend is one more line in a fixture."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.resampler import AudioResampler

from clipsight.perception.sound_track import SAMPLE_RATE, Samples
from clipsight.perception.speech.elsewhere import Ask, Elsewhere, Transcript
from clipsight.perception.speech.moonshine import Moonshine
from clipsight.perception.speech.port import VOICE_STEP, AlignedWord, Aligner, Recogniser, VoiceDetector
from clipsight.perception.speech.regions import Stretch
from clipsight.perception.speech.silero import Silero
from clipsight.perception.speech.sphinx_aligner import SphinxAligner
from clipsight.perception.speech.spoken import spoken_words
from clipsight.perception.speech.spread import spread
from clipsight.perception.speech.whisper import Whisper
from clipsight.pipeline.channel import Channel, ChannelClosed
from clipsight.pipeline.dictation import Line, Scribe, SpeechService
from clipsight.pipeline.speech_service import SpeechClient
from clipsight.testing.speech_service import Asked, Reply, StandInService
from clipsight.testing.whisper import write_tiny_whisper

SPEECH = Path(__file__).parents[2] / "data" / "speech.opus"
TEXT = (
    "Most people cook garlic the wrong way. Here is the trick that changed my kitchen. "
    "Slice it thin, start it in cold oil, and wait two minutes."
)


class Spreading:
    """The fallback in the shape of an aligner: one stretch of speech."""

    name = "spread"

    def align(self, samples: Samples, words: Sequence[str]) -> list[AlignedWord] | None:
        return spread(words, [Stretch(0, len(samples))]) if words and len(samples) else None


@pytest.fixture(scope="module")
def speech() -> Samples:
    resampler = AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)
    with av.open(SPEECH) as container:
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])


def _moonshine(_folder: Path, _speech: Samples) -> Iterator[Recogniser]:
    yield Moonshine()


def _whisper(folder: Path, _speech: Samples) -> Iterator[Recogniser]:
    yield Whisper(write_tiny_whisper(folder / "tiny"))


def _service(_folder: Path, speech: Samples) -> Iterator[Recogniser]:
    """All of it: what the confined process does, what its parent does, and a service that knows one text."""

    def reply(asked: Asked) -> Reply:
        return Reply.saying(TEXT if len(asked.pcm) == 2 * len(speech) else "", len(asked.pcm) / 2 / SAMPLE_RATE)

    ours, theirs = (Channel(end) for end in socket.socketpair())
    line = Line(theirs)
    line.open = True
    with StandInService(reply) as service, SpeechClient(SpeechService(service.base_url, "stand-in")) as client:
        scribe = Scribe(client, ours, 180)

        def serve() -> None:
            try:
                while scribe.take(ours.receive()):
                    pass
            except ChannelClosed:
                return

        serving = threading.Thread(target=serve)
        serving.start()
        yield Elsewhere("stand-in", OneAtATime(line.ask))
        theirs.close()
        serving.join()
        ours.close()


class OneAtATime:
    """The listening stage has one thread; the tests have two."""

    def __init__(self, ask: Ask) -> None:
        self._ask, self._lock = ask, threading.Lock()

    def __call__(self, samples: Samples) -> Transcript:
        with self._lock:
            return self._ask(samples)


RECOGNISERS = {"moonshine": _moonshine, "whisper": _whisper, "service": _service}


@pytest.fixture(scope="module", params=RECOGNISERS)
def recogniser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, speech: Samples):
    yield from RECOGNISERS[request.param](tmp_path_factory.mktemp("model"), speech)


@pytest.fixture(scope="module", params=[SphinxAligner.load, Spreading])
def aligner(request: pytest.FixtureRequest) -> Aligner:
    found = request.param()
    if found is None:
        pytest.skip("pocketsphinx has no wheel for this Python")
    return found


@pytest.fixture(scope="module", params=[Silero])
def detector(request: pytest.FixtureRequest) -> VoiceDetector:
    return request.param()


def test_it_reads_what_is_said(recogniser: Recogniser, speech: Samples):
    if isinstance(recogniser, Whisper):
        pytest.skip("the weights of this model are random")
    found = recogniser.transcribe(speech)
    said = [word for written in found.text.split() for word in spoken_words(written)]
    assert said == spoken_words(TEXT)
    assert found.complete
    assert found.log_probability is not None
    assert recogniser.scale.spoken <= found.log_probability <= 0
    assert found.language == "en"


def test_it_says_what_it_is(recogniser: Recogniser):
    assert recogniser.name
    assert recogniser.language is None or len(recogniser.language) == 2
    assert recogniser.scale.likely < recogniser.scale.spoken < recogniser.scale.certain < 0


def test_its_own_places_are_in_order_and_inside_the_chunk(recogniser: Recogniser, speech: Samples):
    tokens = recogniser.transcribe(speech).tokens
    places = [token.place for token in tokens if token.place is not None]
    assert tokens
    assert len(places) in {0, len(tokens)}
    assert all(0 <= place.start < place.end <= len(speech) for place in places)
    assert all(before.end <= after.start for before, after in pairwise(places))


def test_tokens_make_up_the_text(recogniser: Recogniser, speech: Samples):
    found = recogniser.transcribe(speech)
    assert "".join(token.text for token in found.tokens).strip() == found.text
    assert found.text == found.text.strip()
    assert all(token.log_probability <= 0 for token in found.tokens)


@pytest.mark.parametrize("count", [0, 1, 400, 1_599, 1_600, 8_000])
def test_short_chunks_are_no_error(recogniser: Recogniser, count: int):
    found = recogniser.transcribe(np.zeros(count, np.float32))
    assert found.text == "" or count >= 1_600
    assert found.log_probability is None or found.log_probability <= 0


def test_too_long_a_chunk_is_refused(recogniser: Recogniser):
    with pytest.raises(ValueError, match="30 seconds"):
        recogniser.transcribe(np.zeros(30 * SAMPLE_RATE + 1, np.float32))


def test_noise_ends(recogniser: Recogniser):
    noise = 0.1 * np.random.default_rng(5).standard_normal(10 * SAMPLE_RATE).astype(np.float32)
    assert len(recogniser.transcribe(noise).tokens) <= 10 * 10


def test_threads_do_not_disturb_each_other(recogniser: Recogniser, speech: Samples):
    expected = recogniser.transcribe(speech)
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(recogniser.transcribe(speech))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected, expected]


def test_every_word_gets_a_place(aligner: Aligner, speech: Samples):
    words = TEXT.split()
    places = aligner.align(speech, words)
    assert places is not None
    assert len(places) == len(words)
    assert all(0 <= place.start < place.end <= len(speech) for place in places)
    assert all(before.end <= after.start for before, after in pairwise(places))


def test_words_of_any_kind_get_a_place(aligner: Aligner, speech: Samples):
    words = ["Zorblax!", "4%", "—", "naïve", "東京", "$3.50", "xkcd"]
    places = aligner.align(speech, words)
    assert places is None or len(places) == len(words)


def test_nothing_to_align(aligner: Aligner, speech: Samples):
    assert aligner.align(speech, []) is None
    assert aligner.align(np.zeros(0, np.float32), ["word"]) is None


def test_alignment_is_repeatable(aligner: Aligner, speech: Samples):
    first = aligner.align(speech, TEXT.split())
    aligner.align(speech[::-1].copy(), ["other", "words"])
    assert aligner.align(speech, TEXT.split()) == first


def test_a_voice_is_told_from_silence(detector: VoiceDetector, speech: Samples):
    quiet = np.zeros(2 * SAMPLE_RATE, np.float32)
    found = detector.probabilities(np.concatenate([quiet, speech, quiet]))
    before, after = 2 * SAMPLE_RATE // VOICE_STEP, (2 * SAMPLE_RATE + len(speech)) // VOICE_STEP
    assert float(np.mean(found[before:after] > 0.5)) > 0.7
    assert float(np.mean(found[: before - 1] > 0.5)) == 0
    assert float(np.mean(found[after + 5 :] > 0.5)) == 0


@pytest.mark.parametrize("count", [0, 1, VOICE_STEP, VOICE_STEP + 1, 20 * SAMPLE_RATE])
def test_one_probability_per_step(detector: VoiceDetector, count: int):
    found = detector.probabilities(np.zeros(count, np.float32))
    assert len(found) == -(-count // VOICE_STEP)
    assert np.all((found >= 0) & (found <= 1))


NO_MORE_FILES = """
import resource, sys, threading
import numpy as np
from clipsight.media.sound import DecodedSound
from clipsight.perception.sound.measure import measure_sound
from clipsight.perception.speech.listen import listen
from clipsight.perception.speech.models import SpeechModels
from clipsight.timeline import ZERO
samples = np.frombuffer(sys.stdin.buffer.read(), np.float32)
models = SpeechModels.load()
resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))  # from here on nothing can be opened
try:
    open("/dev/null")
except OSError:
    pass
else:
    raise SystemExit("the limit does not hold")
track = DecodedSound(samples, ZERO, None, 0, False)
found = listen(track, models, lambda fraction: None, threading.Event())
measure_sound(track, found.speech_regions)
print(len(found.segments), found.word_times)
"""


def test_no_file_is_opened_after_loading(speech: Samples):
    done = subprocess.run(
        [sys.executable, "-c", NO_MORE_FILES], input=speech.tobytes(), capture_output=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    segments, _ = done.stdout.decode().split()
    assert int(segments) >= 3

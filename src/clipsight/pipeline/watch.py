"""One pass over a video: the picture is decoded once, every visual stage drinks from that stream, sound runs beside it.

Runs inside the perception process. Nothing here opens a file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import av

from clipsight.errors import ClipsightError
from clipsight.media.decode import DecodeLimits, Decoder
from clipsight.media.probe import MediaFacts
from clipsight.media.sound import DecodedSound, read_sound
from clipsight.perception import faces, keyframes, picture, shots
from clipsight.perception.faces import FaceFinder, FaceFinding, FaceStage
from clipsight.perception.frames import Sample
from clipsight.perception.keyframes import KeyframeFinding, KeyframePicker
from clipsight.perception.picture import PictureMeter
from clipsight.perception.screen_text.findings import TextFinding
from clipsight.perception.screen_text.models import BACKEND as TEXT_BACKEND
from clipsight.perception.screen_text.models import TextModels
from clipsight.perception.screen_text.planner import AREA_PER_SECOND, FAST_AREA_PER_SECOND
from clipsight.perception.screen_text.ppocr import PpOcr
from clipsight.perception.screen_text.stage import ScreenTextStage
from clipsight.perception.shots import ShotDetector, ShotFinding
from clipsight.perception.sound.measure import measure_sound
from clipsight.perception.speech.choice import BUNDLED_CHOICE, SpeechChoice
from clipsight.perception.speech.elsewhere import Ask
from clipsight.perception.speech.finding import SpeechFinding
from clipsight.perception.speech.listen import listen
from clipsight.perception.speech.models import SpeechModels
from clipsight.pipeline.assemble import NO_AUDIO, UNREADABLE_SOUND, Findings, HeardSound, evidence_of, facts_of
from clipsight.pipeline.memory import give_memory_back
from clipsight.pipeline.outcome import StageRun
from clipsight.schema.result import Stage

Progress = Callable[[str, float], None]

REPORT_EVERY = 10  # pictures between progress reports
# Of video, after which freed memory is given back. It grows by some megabytes per second; given back every two seconds, it
# is asked for again at once, and that takes a tenth of all CPU time.
TIDY_EVERY_US = 20_000_000
PICTURE_SHARE = 0.85  # of the whole that is done when the last picture was decoded; measured on the sample
SOUND_SHARE = 0.10
DECODE_BACKEND = f"PyAV {av.__version__}"
FAST = "The fast profile: pictures that no other picture refers to were left out, and text was looked for less often"
SOUND_BACKEND = "clipsight sound 1"
EXPECTED_SECONDS = 30.0  # only for the progress of files that do not declare their length


@dataclass(frozen=True, slots=True)
class Models:
    """Everything that is loaded once per process and shared by all videos."""

    text: PpOcr
    speech: SpeechModels
    faces: FaceFinder

    @classmethod
    def load(cls, speech: SpeechChoice = BUNDLED_CHOICE, ask: Ask | None = None) -> Self:
        """Load all; ``speech`` and ``ask`` as :meth:`~.speech.models.SpeechModels.load` takes them.

        Raises:
            BackendMissing, BackendDamaged: a model is not there or not the one that was shipped.
        """
        return cls(text=PpOcr(TextModels.load()), speech=SpeechModels.load(speech, ask), faces=FaceFinder.load())


@dataclass(frozen=True, slots=True)
class Watched:
    """The whole answer about one video."""

    findings: Findings
    stages: list[Stage]

    @property
    def jpegs(self) -> list[bytes]:
        return [found.jpeg for found in self.findings.keyframes]

    def body(self) -> dict[str, Any]:
        """The answer as JSON; keyframes travel beside it, in the order of ``keyframe_ids``."""
        evidence = evidence_of(self.findings)
        return {
            "facts": facts_of(self.findings),
            "stages": [stage.model_dump() for stage in self.stages],
            "evidence": evidence.model_dump(),
            "keyframe_ids": [keyframe.id for keyframe in evidence.keyframes],
        }


def watch(descriptor: int, limits: DecodeLimits, models: Models, progress: Progress) -> Watched:
    """Look at and listen to the video behind an open descriptor.

    Raises:
        MediaError: the file as a whole cannot be used. A stage that fails alone does not raise; its record says so.
    """
    with Decoder(descriptor, limits) as decoder:
        hearing = Hearing(descriptor, decoder.facts, limits, models.speech)
        seeing = Seeing(decoder, models)
        hearing.start()
        try:
            seeing.run(progress, lambda: hearing.fraction)
        except BaseException:
            hearing.cancel()
            seeing.abort()
            raise
    sound, speech = hearing.result()
    findings = seeing.findings(sound, speech)
    progress("keyframes", 1.0)
    return Watched(findings, [*seeing.stages(), *hearing.stages()])


class Seeing:
    """The picture: one decoder, and the stages that see every frame of it."""

    def __init__(self, decoder: Decoder, models: Models) -> None:
        self._facts = decoder.facts
        self._decoder = decoder
        self._decode = StageRun("decode", DECODE_BACKEND)
        self._shots = StageRun("shots", shots.BACKEND)
        self._text = StageRun("screen_text", TEXT_BACKEND)
        self._faces = StageRun("faces", faces.BACKEND)
        self._keyframes = StageRun("keyframes", keyframes.BACKEND)
        self._picture = StageRun("picture", picture.BACKEND)
        self._shot_detector = ShotDetector()
        area = FAST_AREA_PER_SECOND if decoder.referenced_only else AREA_PER_SECOND
        self._text_stage = ScreenTextStage(models.text, area_per_second=area)
        self._face_stage = FaceStage(models.faces)
        self._picker = KeyframePicker()
        self._meter = PictureMeter()

    def run(self, progress: Progress, heard: Callable[[], float]) -> None:
        """Decode to the end and let every stage see each picture."""
        expected = self._facts.declared_duration
        whole = max(0.001, expected.seconds if expected else EXPECTED_SECONDS)
        frames = iter(self._decoder)
        tidy_us = TIDY_EVERY_US
        while True:
            with self._decode.busy():
                frame = next(frames, None)
            if frame is None:
                break
            self._show(Sample(frame))
            if frame.time.us >= tidy_us:
                tidy_us = frame.time.us + TIDY_EVERY_US
                give_memory_back()
            if frame.index % REPORT_EVERY == 0:
                seen = min(1.0, frame.time.seconds / whole)
                progress("decode", PICTURE_SHARE * seen + SOUND_SHARE * heard())
        if self._decoder.referenced_only:
            self._decode.remark("fast_profile", FAST)
        if self._decoder.truncated:
            self._decode.remark(
                "truncated", f"The file breaks off: {self._decoder.end.seconds:.1f} s of {whole:.1f} s could be decoded"
            )
        progress("screen_text", PICTURE_SHARE + SOUND_SHARE * heard())

    def _show(self, sample: Sample) -> None:
        with self._decode.busy():
            _ = sample.small  # the one picture that all stages share; its cost belongs to nobody in particular
        self._shots.attempt(lambda: self._shot_detector.see(sample), None)
        self._text.attempt(lambda: self._text_stage.see(sample), None)
        self._keyframes.attempt(lambda: self._picker.see(sample), None)
        self._faces.attempt(lambda: self._face_stage.see(sample), None)
        self._picture.attempt(lambda: self._meter.see(sample), None)

    def findings(self, sound: HeardSound | None, speech: SpeechFinding | None) -> Findings:
        """What was found, once the picture has been decoded."""
        end = self._decoder.end
        seen_shots = self._shots.attempt(lambda: self._shot_detector.finish(end), list[ShotFinding]())
        cuts = [shot.span.start for shot in seen_shots[1:]]
        spans = [shot.span for shot in seen_shots]
        with ThreadPoolExecutor(1, "faces") as beside:  # the text that is still being read leaves time on the other core
            seeking = beside.submit(self._faces.attempt, lambda: self._face_stage.finish(spans, end), list[FaceFinding]())
            texts = self._text.attempt(lambda: self._text_stage.finish(end, cuts), list[TextFinding]())
            seen_faces = seeking.result()
        missing = self._text_stage.missing()
        if missing is not None:
            self._text.remark("text_unread", missing)
        return Findings(
            end=end,
            width=self._facts.width,
            height=self._facts.height,
            frames=self._decoder.frames_decoded,
            has_audio=self._facts.has_audio,
            shots=seen_shots,
            texts=texts,
            faces=seen_faces,
            keyframes=self._keyframes.attempt(
                lambda: self._picker.finish(shots.steady_spans(seen_shots), [text.span for text in texts]),
                list[KeyframeFinding](),
            ),
            picture=self._picture.attempt(self._meter.finish, None),
            sound=sound,
            speech=speech,
        )

    def abort(self) -> None:
        self._text_stage.abort()

    def stages(self) -> list[Stage]:
        runs = (self._decode, self._shots, self._text, self._faces, self._keyframes, self._picture)
        return [run.done() for run in runs]


class Hearing:
    """The sound, on a thread of its own: decoded, listened to, measured."""

    def __init__(self, descriptor: int, facts: MediaFacts, limits: DecodeLimits, models: SpeechModels) -> None:
        self._descriptor, self._facts, self._limits, self._models = descriptor, facts, limits, models
        self._sound_run = StageRun("sound", SOUND_BACKEND)
        self._speech_run = StageRun("speech", models.backend)
        self._cancel = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hearing", daemon=True)
        self._sound: HeardSound | None = None
        self._speech: SpeechFinding | None = None
        self._failure: ClipsightError | None = None
        self.fraction = 0.0

    def start(self) -> None:
        if self._facts.audio_codec is not None:
            self._thread.start()
        else:
            self._skip(UNREADABLE_SOUND if self._facts.has_audio else NO_AUDIO)

    def _skip(self, reason: str) -> None:
        if self._sound_run.active:
            self._sound_run.skip(reason)
        self._speech_run.skip(reason)
        self.fraction = 1.0

    def cancel(self) -> None:
        self._cancel.set()
        if self._thread.is_alive():
            self._thread.join()

    def result(self) -> tuple[HeardSound | None, SpeechFinding | None]:
        """Wait for the end. Raises MediaError when the file cannot be used at all."""
        if self._facts.audio_codec is not None:
            self._thread.join()
        if self._failure is not None:
            raise self._failure
        return self._sound, self._speech

    def stages(self) -> list[Stage]:
        return [self._sound_run.done(), self._speech_run.done()]

    def _run(self) -> None:
        try:
            self._hear()
        except ClipsightError as error:
            self._failure = error
        self.fraction = 1.0

    def _hear(self) -> None:
        track = self._sound_run.attempt(self._read, None)
        if track is None:
            self._skip(NO_AUDIO if self._sound_run.active else UNREADABLE_SOUND)
            return
        self._tell_where_it_ends(track)
        speech = self._speech_run.attempt(lambda: listen(track, self._models, self._report, self._cancel), None)
        spoken = speech.speech_regions if speech else []
        measured = self._sound_run.attempt(lambda: measure_sound(track, spoken), None)
        self._sound = HeardSound(measured, track.loudness_lufs) if measured else None
        self._speech = speech

    def _read(self) -> DecodedSound | None:
        return read_sound(self._descriptor, self._facts.origin_us, self._limits.max_seconds, self._cancel)

    def _tell_where_it_ends(self, track: DecodedSound) -> None:
        """Sound that ends after the picture is not missed."""
        picture = self._facts.declared_duration
        if track.truncated and (picture is None or track.end < picture):
            end = track.end.seconds
            for run in (self._sound_run, self._speech_run):
                run.remark("truncated", f"The sound breaks off or passes the limit: it was heard up to {end:.1f} s")

    def _report(self, fraction: float) -> None:
        self.fraction = fraction

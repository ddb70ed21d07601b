"""Whatever the stages find, the document keeps its promises: times inside the video, order, ids that exist."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from clipsight.analysis.local import LocalAnalyst
from clipsight.perception.faces import FaceFinding
from clipsight.perception.keyframes import KeyframeFinding
from clipsight.perception.screen_text.findings import TextFinding
from clipsight.perception.shots import ShotFinding
from clipsight.perception.sound.measure import RegionFinding, SoundFinding
from clipsight.perception.speech.finding import SegmentFinding, SpeechFinding, WordFinding
from clipsight.pipeline.assemble import Findings, HeardSound, evidence_of, facts_of
from clipsight.pipeline.perceiver import MediaFacts
from clipsight.pipeline.run import conclude
from clipsight.pipeline.sight import Sight, video_part
from clipsight.schema.video import PlatformFacts, Video, VideoRef
from clipsight.timeline import Instant, Span

T = TypeVar("T")

MOST = 40_000_000  # microseconds; the end of the video lies below, so that findings reach past it


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.integers(0, MOST))
    return Span(Instant(start), Instant(start + draw(st.integers(1, 20_000_000))))


def in_time_order(make: Callable[[Span], T]) -> st.SearchStrategy[list[T]]:
    return st.lists(spans(), max_size=6).map(lambda found: [make(span) for span in sorted(found)])


def segment(span: Span) -> SegmentFinding:
    half = Instant((span.start.us + span.end.us) // 2)
    words = [WordFinding(Span(span.start, half), "two", 0.5)] if half > span.start else []
    return SegmentFinding(span, "two words", "speech", 0.5, tuple(words))


@st.composite
def findings(draw: st.DrawFn) -> Findings:
    end = Instant(draw(st.integers(1, MOST)))
    cuts = sorted(draw(st.sets(st.integers(1, end.us - 1), max_size=5))) if end.us > 1 else []
    edges = [0, *cuts, end.us]
    shots = [
        ShotFinding(Span(Instant(a), Instant(b)), "cut" if a else "start", 0, 0.9) for a, b in itertools.pairwise(edges)
    ]
    times = sorted(draw(st.sets(st.integers(0, end.us - 1), min_size=1, max_size=5)))
    texts = draw(in_time_order(lambda span: TextFinding("hello", span, (0.1, 0.1, 0.5, 0.1), "overlay", 0.9)))
    segments = draw(in_time_order(segment))
    regions = draw(in_time_order(lambda span: RegionFinding(span, "music", 0.5)))
    return Findings(
        end=end,
        width=1080,
        height=1920,
        frames=draw(st.integers(1, 1000)),
        has_audio=True,
        shots=shots,
        texts=texts,
        faces=draw(in_time_order(lambda span: FaceFinding(span, 0.1, 0.1, 0.2, 0.2, 1, 0.9))),
        keyframes=[KeyframeFinding(Instant(time), 540, 960, 12.5, b"\xff\xd8") for time in times],
        picture=None,
        sound=HeardSound(SoundFinding(regions, True, None), -14.0),
        speech=SpeechFinding("speech", None, "en", "aligned", segments, [], "test"),
    )


@given(findings())
@settings(deadline=None, max_examples=150)
def test_every_finding_makes_a_document_that_keeps_its_promises(found: Findings) -> None:
    evidence = evidence_of(found)
    facts = MediaFacts.model_validate(facts_of(found))
    video = Video(VideoRef("file", "sha256:0", "upload:x.mp4"), __file__, PlatformFacts())  # pyright: ignore[reportArgumentType]
    keyframes = {keyframe.id: found.keyframes[0].jpeg for keyframe in evidence.keyframes}
    sight = Sight(video_part(video, facts), [], evidence, keyframes)
    document = conclude(sight, LocalAnalyst())  # the document checks itself when it is made
    hook, duration = evidence.hook, document.video.duration
    assert all(moment is None or moment <= duration for moment in (hook.first_word, hook.first_text, hook.first_cut))
    assert (hook.first_word is not None) <= (evidence.speech.verdict == "speech")
    for segment_ in evidence.speech.segments:
        assert len(segment_.text.split()) >= len(segment_.words)
    assert document.evidence.shots[0].start == 0
    again = Sight.from_json(sight.to_json(), keyframes)
    assert (again.video, again.evidence, again.stages) == (sight.video, sight.evidence, sight.stages)


def test_words_after_the_picture_are_not_passed_off_as_said_before() -> None:
    def at(start: float, end: float) -> Span:
        return Span.from_seconds(start, end)

    words = (WordFinding(at(1, 2), "before", 0.9), WordFinding(at(3, 4), "after", 0.9))
    spoken = SegmentFinding(at(1, 4), "before after", "speech", 0.9, words)
    late = SegmentFinding(at(3, 4), "after", "speech", 0.9, words[1:])
    (segment_,) = evidence_of(_short(spoken)).speech.segments
    assert (segment_.text, segment_.end) == ("before", 2.5)
    nothing = evidence_of(_short(late))
    assert (nothing.speech.verdict, nothing.speech.segments, nothing.hook.first_word) == ("unknown", [], None)
    assert nothing.speech.reason == "somebody speaks only after the picture has ended"


def _short(part: SegmentFinding) -> Findings:
    end = Instant.from_seconds(2.5)
    return Findings(
        end=end,
        width=1080,
        height=1920,
        frames=75,
        has_audio=True,
        shots=[ShotFinding(Span(Instant(0), end), "start", 0, 0.9)],
        texts=[],
        faces=[],
        keyframes=[],
        picture=None,
        sound=None,
        speech=SpeechFinding("speech", None, "en", "aligned", [part], [], "test"),
    )

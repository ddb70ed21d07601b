"""Findings of the stages become the evidence of the document: ids, wire seconds, order, and the hook.

Everything that leaves here obeys ``0 <= start < end <= duration`` and points only at things that are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clipsight.perception.faces import FaceFinding
from clipsight.perception.keyframes import KeyframeFinding
from clipsight.perception.picture import PictureFinding
from clipsight.perception.screen_text.findings import TextFinding
from clipsight.perception.shots import ShotFinding
from clipsight.perception.sound.measure import SoundFinding
from clipsight.perception.speech.finding import SegmentFinding, SpeechFinding
from clipsight.schema.evidence import (
    Evidence,
    FacePresence,
    Hook,
    Keyframe,
    LetterboxPart,
    Picture,
    ScreenText,
    Shot,
    Sound,
    SoundRegion,
    Speech,
    SpeechSegment,
    Word,
)
from clipsight.timeline import Instant, Span, total_us, wire_seconds, wire_span

NO_AUDIO = "no audio"
UNREADABLE_SOUND = "the sound could not be read"
AFTER_THE_PICTURE = "somebody speaks only after the picture has ended"
HOOK_SECONDS = 3


@dataclass(frozen=True, slots=True)
class HeardSound:
    """What was measured of the sound, with its loudness in LUFS, which decoding measures at the original rate."""

    measured: SoundFinding
    loudness_lufs: float | None


@dataclass(frozen=True, slots=True)
class Findings:
    """What the stages found in one video. None: the stage was skipped or failed."""

    end: Instant
    width: int
    height: int
    frames: int
    has_audio: bool
    shots: Sequence[ShotFinding]
    texts: Sequence[TextFinding]
    faces: Sequence[FaceFinding]
    keyframes: Sequence[KeyframeFinding]
    picture: PictureFinding | None
    sound: HeardSound | None
    speech: SpeechFinding | None

    @property
    def whole(self) -> Span:
        return Span(Instant(0), self.end)


def facts_of(found: Findings) -> dict[str, Any]:
    """Duration, size, rate: what decoding told about the file."""
    rate = found.frames / found.end.seconds if found.frames > 1 else None
    return {
        "duration": wire_span(found.whole)[1],
        "width": found.width,
        "height": found.height,
        "fps": round(rate, 3) if rate else None,
        "has_audio": found.has_audio,
    }


def evidence_of(found: Findings) -> Evidence:
    keyframes = _keyframes(found)
    return Evidence(
        shots=_shots(found, keyframes),
        screen_text=_texts(found),
        speech=_speech(found),
        sound=_sound(found),
        faces=_faces(found),
        keyframes=keyframes,
        picture=_picture(found.picture) if found.picture else None,
        hook=_hook(found),
    )


def _keyframes(found: Findings) -> list[Keyframe]:
    return [
        Keyframe(
            id=f"keyframe-{number}",
            time=min(wire_seconds(picked.time), wire_seconds(found.end)),
            width=picked.width,
            height=picked.height,
            sharpness=round(picked.sharpness, 1),
            file=None,
            url=None,
        )
        for number, picked in enumerate(found.keyframes, 1)
    ]


def _shots(found: Findings, keyframes: Sequence[Keyframe]) -> list[Shot]:
    shots: list[Shot] = []
    for number, shot in enumerate(found.shots, 1):
        inside = [
            (picked.sharpness, keyframe.id)
            for picked, keyframe in zip(found.keyframes, keyframes, strict=True)
            if shot.span.contains(picked.time)
        ]
        start, end = wire_span(shot.span, found.end)
        shots.append(
            Shot(
                id=f"shot-{number}",
                start=start,
                end=end,
                transition=shot.transition,
                transition_seconds=wire_seconds(Instant(shot.transition_us)),
                confidence=shot.confidence,
                keyframe=max(inside)[1] if inside else None,
            )
        )
    return shots


def _texts(found: Findings) -> list[ScreenText]:
    rows: list[ScreenText] = []
    for text in found.texts:
        span = text.span.clamped(found.whole)
        if span is None:
            continue
        start, end = wire_span(span, found.end)
        rows.append(
            ScreenText(
                id=f"text-{len(rows) + 1}",
                text=text.text,
                start=start,
                end=end,
                box=text.box,
                role=text.role,
                confidence=text.confidence,
            )
        )
    return rows


def _speech(found: Findings) -> Speech:
    speech = found.speech
    if speech is None:
        verdict, reason = ("none", NO_AUDIO) if not found.has_audio else ("unknown", UNREADABLE_SOUND)
        return Speech(verdict=verdict, reason=reason, language=None, word_times=None, segments=[])
    segments = [segment for part in speech.segments if (segment := _segment(part, found)) is not None]
    numbered = [part.model_copy(update={"id": f"speech-{number}"}) for number, part in enumerate(segments, 1)]
    lost = bool(speech.segments) and not numbered
    return Speech(
        verdict="unknown" if lost else speech.verdict,
        reason=AFTER_THE_PICTURE if lost else speech.reason,
        language=speech.language,
        word_times=speech.word_times if numbered else None,
        segments=numbered,
    )


def _segment(part: SegmentFinding, found: Findings) -> SpeechSegment | None:
    """The part of a segment inside the picture's time; sound may run longer than the picture.

    Words that begin later are left out of the text as well. Without words there is no telling which part of a text was said
    by then, so all of it stays.
    """
    span = part.span.clamped(found.whole)
    if span is None:
        return None
    words: list[Word] = []
    for word in part.words:
        inside = word.span.clamped(span)
        if inside is not None:
            start, end = wire_span(inside, found.end)
            words.append(Word(text=word.text, start=start, end=end, confidence=word.confidence))
    start, end = wire_span(span, found.end)
    cut = len(words) < len(part.words)
    if cut and not words:
        return None
    text = " ".join(word.text for word in words) if cut else part.text
    return SpeechSegment(
        id="speech", text=text, start=start, end=end, kind=part.kind, confidence=part.confidence, words=words
    )


def _sound(found: Findings) -> Sound | None:
    if found.sound is None:
        return None
    sound, loudness = found.sound.measured, found.sound.loudness_lufs
    regions: list[SoundRegion] = []
    for region in sound.regions:
        span = region.span.clamped(found.whole)
        if span is not None:
            start, end = wire_span(span, found.end)
            regions.append(
                SoundRegion(
                    id=f"sound-{len(regions) + 1}", kind=region.kind, start=start, end=end, confidence=region.confidence
                )
            )
    return Sound(
        id="sound",
        regions=regions,
        has_music=sound.has_music,
        loudness_lufs=None if loudness is None else round(loudness, 1),
        tempo_bpm=None if sound.tempo_bpm is None else round(sound.tempo_bpm, 1),
    )


def _faces(found: Findings) -> list[FacePresence]:
    rows: list[FacePresence] = []
    for face in found.faces:
        span = face.span.clamped(found.whole)
        if span is not None:
            start, end = wire_span(span, found.end)
            rows.append(
                FacePresence(
                    id=f"face-{len(rows) + 1}",
                    start=start,
                    end=end,
                    box=(face.left, face.top, face.width, face.height),
                    count=face.count,
                    confidence=face.confidence,
                )
            )
    return rows


def _picture(measured: PictureFinding) -> Picture:
    border = measured.letterbox
    return Picture(
        id="picture",
        brightness=measured.brightness,
        contrast=measured.contrast,
        colourfulness=round(measured.colourfulness, 1),
        motion=measured.motion,
        dominant_colours=list(measured.dominant_colours),
        blur=measured.blur,
        letterbox=LetterboxPart(top=border.top, bottom=border.bottom, left=border.left, right=border.right)
        if border
        else None,
    )


def _hook(found: Findings) -> Hook:
    segments = [
        part
        for part in (found.speech.segments if found.speech else ())
        if part.kind == "speech" and _segment(part, found) is not None
    ]
    words = [word for part in segments for word in part.words if word.span.start < found.end]
    cuts = [shot.span.start for shot in found.shots[1:]]
    spoken = total_us(span for part in segments if (span := part.span.clamped(found.whole))) / 1_000_000
    return Hook(
        id="hook",
        first_word=_first(word.span.start for word in words),
        first_text=_first(text.span.start for text in found.texts if text.span.start < found.end),
        first_cut=_first(cuts),
        cuts_in_first_3s=sum(cut < Instant.from_seconds(HOOK_SECONDS) for cut in cuts),
        words_per_second=round(len(words) / spoken, 2) if words else None,
    )


def _first(moments: Any) -> float | None:
    earliest = min(moments, default=None)
    return None if earliest is None else wire_seconds(max(Instant(0), earliest))

"""Clips written down instead of filmed: the example that every format carries, and the evidence that it stands for.

Nothing needs a video: ``evidence_of`` builds evidence from plain words and times.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from clipsight.schema.evidence import (
    Evidence,
    FacePresence,
    Hook,
    Keyframe,
    Picture,
    ScreenText,
    Shot,
    Sound,
    SoundKind,
    SoundRegion,
    Speech,
    SpeechSegment,
    TextRole,
    Word,
)
from clipsight.schema.video import CountsPart, Platform, VideoPart


@dataclass(frozen=True, slots=True)
class Said:
    """Speech from ``start`` to ``end`` seconds; its words get even shares of the time."""

    start: float
    end: float
    text: str
    kind: Literal["speech", "lyrics"] = "speech"
    timed_words: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """Text on the screen from ``start`` to ``end`` seconds."""

    start: float
    end: float
    text: str
    role: TextRole = "overlay"
    height: float = 0.08


@dataclass(frozen=True, slots=True)
class Clip:
    """What a document is built from. Times in seconds; ``cuts`` are the moments of cuts after the start."""

    duration: float = 20.0
    said: tuple[Said, ...] = ()
    shown: tuple[Shown, ...] = ()
    cuts: tuple[float, ...] = ()
    faces: tuple[tuple[float, float, int], ...] = ()
    sounds: tuple[tuple[float, float, SoundKind], ...] = ()
    caption: str | None = None
    title: str | None = None
    platform: Platform = "tiktok"
    language: str | None = "en"
    width: int = 1080
    height: int = 1920
    motion: float = 0.1
    has_audio: bool = True
    tempo_bpm: float | None = None
    verdict: Literal["speech", "none", "unknown"] | None = None
    reason: str | None = None
    handles: dict[str, str] = field(default_factory=dict[str, str])


def video_of(clip: Clip) -> VideoPart:
    return VideoPart(
        id="video",
        platform=clip.platform,
        video_id="7301",
        url="upload:clip.mp4" if clip.platform == "file" else "https://www.tiktok.com/@cook/video/7301",
        title=clip.title,
        author=None,
        author_handle=clip.handles.get("author"),
        caption=clip.caption,
        published_at=None,
        music_title=None,
        duration=clip.duration,
        width=clip.width,
        height=clip.height,
        fps=30.0,
        has_audio=clip.has_audio,
        counts=CountsPart(likes=None, views=None, comments=None, shares=None, saves=None),
    )


def _words(said: Said) -> list[Word]:
    texts = said.text.split() if said.timed_words else []
    step = (said.end - said.start) / max(1, len(texts))
    return [
        Word(start=said.start + i * step, end=said.start + (i + 1) * step, text=text, confidence=0.9)
        for i, text in enumerate(texts)
    ]


def _speech(clip: Clip) -> Speech:
    segments = [
        SpeechSegment(
            start=said.start,
            end=said.end,
            id=f"speech-{number}",
            text=said.text,
            kind=said.kind,
            confidence=0.9,
            words=_words(said),
        )
        for number, said in enumerate(clip.said, 1)
    ]
    spoken = any(said.kind == "speech" for said in clip.said)
    return Speech(
        verdict=clip.verdict or ("speech" if spoken else "none"),
        reason=clip.reason or (None if spoken else "silence"),
        language=clip.language if clip.said else None,
        word_times="aligned" if segments else None,
        segments=segments,
    )


def _shots(clip: Clip) -> tuple[list[Shot], list[Keyframe]]:
    edges = [0.0, *clip.cuts, clip.duration]
    shots: list[Shot] = []
    keyframes: list[Keyframe] = []
    for number, (start, end) in enumerate(pairwise(edges), 1):
        shots.append(
            Shot(
                start=start,
                end=end,
                id=f"shot-{number}",
                transition="cut" if start else "start",
                transition_seconds=0,
                confidence=0.95,
                keyframe=f"key-{number}",
            )
        )
        keyframes.append(
            Keyframe(
                id=f"key-{number}",
                time=(start + end) / 2,
                width=clip.width,
                height=clip.height,
                sharpness=300.0,
                file=None,
                url=None,
            )
        )
    return shots, keyframes


def _hook(clip: Clip) -> Hook:
    words = sum(len(said.text.split()) for said in clip.said)
    seconds = sum(said.end - said.start for said in clip.said)
    return Hook(
        id="hook",
        first_word=clip.said[0].start if clip.said else None,
        first_text=clip.shown[0].start if clip.shown else None,
        first_cut=clip.cuts[0] if clip.cuts else None,
        cuts_in_first_3s=sum(cut < 3 for cut in clip.cuts),
        words_per_second=words / seconds if seconds else None,
    )


def evidence_of(clip: Clip) -> Evidence:
    shots, keyframes = _shots(clip)
    return Evidence(
        shots=shots,
        screen_text=[
            ScreenText(
                start=shown.start,
                end=shown.end,
                id=f"text-{number}",
                text=shown.text,
                box=(0.1, 0.1, 0.8, shown.height),
                role=shown.role,
                confidence=0.95,
            )
            for number, shown in enumerate(clip.shown, 1)
        ],
        speech=_speech(clip),
        sound=Sound(
            id="sound",
            regions=[
                SoundRegion(start=start, end=end, id=f"sound-{number}", kind=kind, confidence=0.9)
                for number, (start, end, kind) in enumerate(clip.sounds, 1)
            ],
            has_music=any("music" in kind for _, _, kind in clip.sounds),
            loudness_lufs=-16.0,
            tempo_bpm=clip.tempo_bpm,
        )
        if clip.has_audio
        else None,
        faces=[
            FacePresence(start=start, end=end, id=f"face-{number}", box=(0.3, 0.2, 0.4, 0.3), count=count, confidence=0.9)
            for number, (start, end, count) in enumerate(clip.faces, 1)
        ],
        keyframes=keyframes,
        picture=Picture(
            id="picture",
            brightness=0.55,
            contrast=0.4,
            colourfulness=45.0,
            motion=clip.motion,
            dominant_colours=["#d8a05a", "#f4efe6", "#3a2d20"],
            blur=0.1,
            letterbox=None,
        ),
        hook=_hook(clip),
    )

"""Evidence: what was measured, with times. Only perception may write it; a model never does.

Everything that carries an ``id`` may be pointed at by a claim. Lists are sorted by start. Times obey
``0 <= start < end <= video.duration``.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from clipsight.schema.model import Box, Fraction, Seconds, WireModel

Transition = Literal["start", "cut", "dissolve", "fade"]
TextRole = Literal["overlay", "caption", "interface", "scene"]
SoundKind = Literal["speech", "music", "speech_over_music", "silence", "other"]


class Timeful(WireModel):
    """Something that lasts from ``start`` (inclusive) to ``end`` (exclusive)."""

    start: Seconds
    end: Seconds

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.end <= self.start:
            raise ValueError("end must be after start")
        return self


class Shot(Timeful):
    id: str
    transition: Transition = Field(description="How the shot begins")
    transition_seconds: Seconds = Field(description="Length of the transition that leads in; 0 for a cut")
    confidence: Fraction
    keyframe: str | None = Field(description="Id of the keyframe that stands for the shot")


class ScreenText(Timeful):
    id: str
    text: str = Field(min_length=1, description="Lines separated by \\n")
    box: Box = Field(description="Where it stands at its clearest moment")
    role: TextRole
    confidence: Fraction


class Word(Timeful):
    text: str = Field(min_length=1)
    confidence: Fraction


class SpeechSegment(Timeful):
    id: str
    text: str = Field(min_length=1)
    kind: Literal["speech", "lyrics"]
    confidence: Fraction
    words: list[Word]


class Speech(WireModel):
    verdict: Literal["speech", "none", "unknown"]
    reason: str | None = Field(description="Why there is no speech, or why it is unknown, e.g. music, silence, no audio")
    language: str | None = Field(description="ISO 639-1, only when known")
    word_times: Literal["aligned", "approximate"] | None = Field(description="How the times of words were found")
    segments: list[SpeechSegment]


class SoundRegion(Timeful):
    id: str
    kind: SoundKind
    confidence: Fraction


class Sound(WireModel):
    id: Literal["sound"]
    regions: list[SoundRegion]
    has_music: bool
    loudness_lufs: float | None = Field(description="Integrated loudness, EBU R128; null for silence or no audio")
    tempo_bpm: float | None = Field(gt=0)


class FacePresence(Timeful):
    id: str
    box: Box = Field(description="Smallest box around all faces of the stretch")
    count: int = Field(gt=0, description="Most faces seen at once")
    confidence: Fraction


class Keyframe(WireModel):
    id: str
    time: Seconds
    width: int = Field(gt=0)
    height: int = Field(gt=0)
    sharpness: float = Field(ge=0, description="Variance of the Laplacian of the luma at 480 pixels on the long side")
    file: str | None
    url: str | None


class LetterboxPart(WireModel):
    """Share of the picture that is a plain border, per side."""

    top: Fraction
    bottom: Fraction
    left: Fraction
    right: Fraction


class Picture(WireModel):
    id: Literal["picture"]
    brightness: Fraction = Field(description="Mean luma; 0 black, 1 white")
    contrast: Fraction = Field(description="Standard deviation of luma over its greatest possible value, one half")
    colourfulness: float = Field(ge=0, description="Hasler and Süsstrunk 2003, about 0 (grey) to 110 (extreme)")
    motion: Fraction = Field(description="Mean absolute luma change per second between pictures of one shot, capped at 1")
    dominant_colours: list[str] = Field(description="#rrggbb, most frequent first, at most five")
    blur: Fraction = Field(description="Share of the pictures without fine detail, four looked at per second")
    letterbox: LetterboxPart | None


class Hook(WireModel):
    """How the clip opens. Moments are seconds after the start, null when the thing never comes."""

    id: Literal["hook"]
    first_word: Seconds | None
    first_text: Seconds | None
    first_cut: Seconds | None
    cuts_in_first_3s: int = Field(ge=0)
    words_per_second: float | None = Field(ge=0, description="Words over seconds of speech; null without speech")


class Evidence(WireModel):
    """All that was measured. A part is ``null`` only when its stage was skipped or failed; ``stages`` says why."""

    shots: list[Shot]
    screen_text: list[ScreenText]
    speech: Speech
    sound: Sound | None
    faces: list[FacePresence]
    keyframes: list[Keyframe]
    picture: Picture | None
    hook: Hook

"""``music-breakdown``: which music, how fast, where it plays alone and where somebody talks over it."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from clipsight.analysis.local.material import Material
from clipsight.analysis.local.wording import counted, seconds
from clipsight.formats.blindness import LESS_SURE
from clipsight.formats.example import Clip, Said, Shown
from clipsight.formats.format import Format
from clipsight.formats.head import EvidenceEntry, FormatModel, FormatResult, entry
from clipsight.grounding.passages import Passage
from clipsight.grounding.quotes import quoted
from clipsight.schema.analysis import Analysis
from clipsight.schema.evidence import Evidence, Sound
from clipsight.schema.model import Seconds
from clipsight.schema.video import VideoPart
from clipsight.timeline import Span, total_us, wire_span

MOST_TRACKS = 5
NOT_NAMED = "Music is recognised as such, not by name: only what the platform, the caption or the video says is given."

_BY = re.compile(r"(?P<title>[^\n“”\"]{2,60}?)\s+(?:[-–—·•]|by)\s+(?P<artist>[^\n#@]{2,60})", re.I)
_MARKED = re.compile(
    r"(?:🎵|🎶|♫|♪|\b(?:song|track|music|sound|audio|tune)\s*(?:[:=]|is called|by)\s*)\s*[“\"']?"
    r"(?P<what>[^\n#@“”\"]{2,80})",
    re.I,
)
_SOURCES = {"sound": "The sound", "speech": "Speech", "screen_text": "Text on the screen"}
_ORIGINAL = re.compile(r"^\W*(?:original (?:sound|audio)|son original|originalton|suono originale)\b", re.I)


class Track(FormatModel):
    title: str | None
    artist: str | None
    source: Literal["platform", "caption", "speech", "screen"]
    evidence: list[EvidenceEntry] = Field(min_length=1)


class Section(FormatModel):
    start: Seconds
    end: Seconds
    kind: Literal["speech", "music", "speech_over_music", "silence", "other"]
    evidence: list[EvidenceEntry] = Field(min_length=1)


class MusicBreakdown(FormatResult):
    tracks: list[Track] = Field(description="What the platform, the caption or the video names; nothing is guessed")
    mood: str | None = Field(description="Of the music, where somebody names it")
    tempo_bpm: float | None = Field(gt=0, description="Beats per minute, where there is a steady beat")
    has_vocals: bool | None = Field(description="Whether lyrics were heard; null when that cannot be told")
    sections: list[Section]


def extract(video: VideoPart, evidence: Evidence, analysis: Analysis, blind: frozenset[str]) -> MusicBreakdown:
    """From the sound that was measured and the names that were read."""
    material, sound = Material.of(video, evidence), evidence.sound
    notes = [f"{what} could not be made out." for stage, what in _SOURCES.items() if stage in blind]
    sure = LESS_SURE if notes else 1.0
    tracks = _tracks(video, material)
    if sound is None or not (sound.has_music or tracks):
        why = "The video has no sound." if sound is None else "No music was heard, and none is named."
        return MusicBreakdown(
            applicable=False,
            summary="No music was found in this video.",
            confidence=0.8 * sure,
            notes=[*notes, why],
            tracks=[],
            mood=None,
            tempo_bpm=None,
            has_vocals=None,
            sections=[],
        )
    sung = any(segment.kind == "lyrics" for segment in evidence.speech.segments)
    vocals = True if sung else None if evidence.speech.verdict == "unknown" or sound.has_music else False
    return MusicBreakdown(
        applicable=True,
        summary=_summary(sound, tracks),
        confidence=(0.75 if sound.has_music else 0.5) * sure,
        notes=[*notes, NOT_NAMED, *([] if vocals is not None else ["Whether somebody sings could not be told."])],
        tracks=tracks,
        mood=None,
        tempo_bpm=sound.tempo_bpm,
        has_vocals=vocals,
        sections=[_section(region.id, region.start, region.end, region.kind) for region in sound.regions],
    )


def _summary(sound: Sound, tracks: list[Track]) -> str:
    heard = [Span.from_seconds(r.start, r.end) for r in sound.regions if "music" in r.kind]
    length = seconds(total_us(heard) / 1_000_000)
    named = next((t for t in tracks if t.title), None)
    parts = [f"Music plays for {length}" if heard else "Music is named"]
    if sound.tempo_bpm is not None:
        parts.append(f"at {sound.tempo_bpm:.0f} beats per minute")
    if named is not None and named.title is not None:
        parts.append(f"and {quoted(named.title)} is named")
    over = sum(r.kind == "speech_over_music" for r in sound.regions)
    tail = f"; somebody talks over it in {counted(over, 'stretch').replace('stretchs', 'stretches')}" if over else ""
    return f"{' '.join(parts)}{tail}."


def _section(ref: str, start: float, end: float, kind: str) -> Section:
    place = EvidenceEntry(id=ref, start=start, end=end, source="visual", quote=None)
    return Section.model_validate({"start": start, "end": end, "kind": kind, "evidence": [place]})


def _tracks(video: VideoPart, material: Material) -> list[Track]:
    found: list[Track] = []
    if video.music_title and not _ORIGINAL.match(video.music_title):
        title, artist = _split(video.music_title)
        start, end = wire_span(material.whole)
        place = EvidenceEntry(id=video.id, start=start, end=end, source="caption", quote=None)
        found.append(Track(title=title, artist=artist, source="platform", evidence=[place]))
    for passage in material.passages:
        named = _MARKED.search(passage.text) if passage.kind not in ("lyrics", "interface") else None
        if named is not None:
            found.append(_named(passage, named))
    unique = {(track.title, track.artist): track for track in reversed(found)}
    return [track for track in found if track in unique.values()][:MOST_TRACKS]


def _named(passage: Passage, named: re.Match[str]) -> Track:
    title, artist = _split(named["what"])
    place = entry(passage, passage.span_of(*named.span("what")), passage.text[slice(*named.span("what"))].strip(" .,!"))
    source: Literal["caption", "speech", "screen"] = passage.source
    return Track(title=title, artist=artist, source=source, evidence=[place])


def _split(text: str) -> tuple[str | None, str | None]:
    plain = " ".join(text.split()).strip(" .,!-–—·•")
    match = _BY.fullmatch(plain)
    return (match["title"].strip(), match["artist"].strip(" .!")) if match else (plain or None, None)


FORMAT = Format(
    slug="music-breakdown",
    category="music",
    title="Music breakdown",
    description="Which music is named, how fast it is, and where it plays alone, under speech or not at all",
    model=MusicBreakdown,
    extract=extract,
    prompt=(
        "Name the tracks that the platform, the caption, a speaker or the screen names; never recognise a song from "
        "its lyrics or its sound. mood only when the video itself describes the music. Sections are the measured "
        "regions of sound."
    ),
    example=Clip(
        duration=20.0,
        said=(Said(8.0, 12.0, "This tune is stuck in my head."),),
        shown=(Shown(0.0, 5.0, "🎵 Golden Hour by The Lanterns"),),
        sounds=((0.0, 8.0, "music"), (8.0, 12.0, "speech_over_music"), (12.0, 20.0, "music")),
        tempo_bpm=112.0,
    ),
)

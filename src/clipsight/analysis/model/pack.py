"""The evidence as a model reads it: one line for each item, with its id and times, fenced as data and within a budget.

The fence is made of the hash of what stands inside, so the same evidence gives the same question, and nothing that a video
says can close it: a text would have to contain its own hash. The rules say that inside there are no instructions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clipsight.schema.evidence import Evidence, Keyframe
from clipsight.schema.video import VideoPart

CHARACTERS_PER_TOKEN = 3  # on the safe side: English has about four, other scripts fewer
MOST_TOKENS = 12_000
LONGEST_LINE = 1_200  # characters; a caption of a post may be longer than everything else together
MOST_PICTURES = 6


@dataclass(frozen=True, slots=True)
class Pack:
    """``text`` is fenced, ``left_out`` counts lines that did not fit, ``pictures`` are keyframe ids in order of time."""

    text: str
    left_out: int
    pictures: tuple[str, ...]


def pack(video: VideoPart, evidence: Evidence, keyframes: Mapping[str, bytes], most_tokens: int = MOST_TOKENS) -> Pack:
    """Everything a model needs to know about a video.

    If the budget is short, lines go from the middle of the longest list, so that no kind of evidence is lost altogether.
    """
    groups = [list(_video(video)), list(_speech(evidence)), list(_screen(evidence)), list(_measured(evidence))]
    chosen = _pictures(evidence.keyframes, keyframes)
    groups.append([f"{frame.id} | picture at {frame.time:.1f}s" for frame in chosen])
    kept, left_out = _within(groups, most_tokens * CHARACTERS_PER_TOKEN)
    return Pack(fenced("DATA", kept), left_out, tuple(frame.id for frame in chosen))


def fenced(name: str, lines: Iterable[str]) -> str:
    """Foreign lines between marks that they cannot contain."""
    body = "\n".join(map(_plain, lines))
    fence = f"{name}-{hashlib.sha256(body.encode()).hexdigest()[:16]}"
    return f"<{fence}>\n{body}\n</{fence}>"


def _video(video: VideoPart) -> Iterable[str]:
    yield f"{video.id} | {video.platform} | {video.duration:.1f}s | {video.width}x{video.height}"
    for label, value in (
        ("author", video.author),
        ("handle", video.author_handle),
        ("title", video.title if video.platform != "file" else None),
        ("caption", video.caption if video.caption != video.title else None),
        ("music", video.music_title),
    ):
        if value:
            yield f"{video.id} | {label}: {value}"


def _speech(evidence: Evidence) -> Iterable[str]:
    speech = evidence.speech
    reason = f" ({speech.reason})" if speech.reason else ""
    yield f"speech: {speech.verdict}{reason}, language: {speech.language or 'unknown'}"
    for segment in speech.segments:
        yield f"{segment.id} | {segment.start:.1f}-{segment.end:.1f}s | {segment.kind}: {segment.text}"


def _screen(evidence: Evidence) -> Iterable[str]:
    for text in evidence.screen_text:
        yield f"{text.id} | {text.start:.1f}-{text.end:.1f}s | on screen, {text.role}: {text.text}"


def _measured(evidence: Evidence) -> Iterable[str]:
    for shot in evidence.shots:
        yield f"{shot.id} | {shot.start:.1f}-{shot.end:.1f}s | shot, begins with {shot.transition}"
    for region in evidence.sound.regions if evidence.sound else ():
        yield f"{region.id} | {region.start:.1f}-{region.end:.1f}s | sound: {region.kind}"
    for face in evidence.faces:
        yield f"{face.id} | {face.start:.1f}-{face.end:.1f}s | {face.count} face{'s' if face.count > 1 else ''}"
    if evidence.picture is not None:
        picture = evidence.picture
        look = f"brightness {picture.brightness:.2f}, contrast {picture.contrast:.2f}, motion {picture.motion:.2f}"
        yield f"{picture.id} | {look}"


def _pictures(keyframes: list[Keyframe], files: Mapping[str, bytes]) -> list[Keyframe]:
    """At most a handful, spread evenly over the clip."""
    there = [frame for frame in keyframes if frame.id in files]
    if len(there) <= MOST_PICTURES:
        return there
    step = (len(there) - 1) / (MOST_PICTURES - 1)
    return [there[round(number * step)] for number in range(MOST_PICTURES)]


def _within(groups: list[list[str]], budget: int) -> tuple[list[str], int]:
    cut = [[line[:LONGEST_LINE] for line in group] for group in groups]
    left_out = 0
    while sum(len(line) + 1 for group in cut for line in group) > budget:
        longest = max(cut, key=lambda group: sum(map(len, group)))
        if len(longest) <= 1:
            break
        del longest[len(longest) // 2]  # from the middle: how a clip begins and ends says most about it
        left_out += 1
    return [line for group in cut for line in group], left_out


def _plain(line: str) -> str:
    """One line, without control characters and without anything that looks like a fence."""
    bare = " ".join("".join(char if char.isprintable() else " " for char in line).split())
    return bare.replace("<", "‹").replace(">", "›")

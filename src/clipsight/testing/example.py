"""A small document that is right in every detail, for tests of everything that only hands documents on."""

from __future__ import annotations

from typing import Any

from clipsight.schema.result import SCHEMA, Document
from clipsight.schema.video import VideoRef

DURATION = 6.0


def example_document(ref: VideoRef, *, format_slug: str | None = None, title: str | None = None) -> Document:
    """Six seconds with two shots, two texts, a sentence, a line of lyrics and music; about whatever video."""
    return Document.model_validate(
        {
            "schema": SCHEMA,
            "video": _video(ref, title),
            "stages": [_stage(name) for name in ("fetch", "decode", "shots", "screen_text", "sound", "speech", "analysis")],
            "evidence": _evidence(),
            "analysis": _analysis(),
            "format": format_slug,
            "result": {"made_for": format_slug} if format_slug else None,
            "usage": {"seconds": {"decode": 0.5}, "total_seconds": 1.25, "model": None},
        }
    )


def _video(ref: VideoRef, title: str | None) -> dict[str, Any]:
    return {
        "id": "video",
        "platform": ref.platform,
        "video_id": ref.video_id,
        "url": ref.url,
        "title": title,
        "author": "Jane" if title else None,
        "author_handle": "jane" if title else None,
        "caption": None,
        "published_at": None,
        "music_title": None,
        "duration": DURATION,
        "width": 1080,
        "height": 1920,
        "fps": 30.0,
        "has_audio": True,
        "counts": {"likes": 3, "views": None, "comments": None, "shares": None, "saves": None},
    }


def _stage(name: str) -> dict[str, Any]:
    return {"name": name, "status": "ok", "reason": None, "code": None, "seconds": 0.25, "backend": "fake 1"}


def _shot(number: int, start: float, end: float) -> dict[str, Any]:
    return {
        "id": f"s{number}",
        "start": start,
        "end": end,
        "transition": "start" if number == 1 else "cut",
        "transition_seconds": 0.0,
        "confidence": 1.0,
        "keyframe": "k1" if number == 1 else None,
    }


def _text(number: int, text: str, start: float, end: float) -> dict[str, Any]:
    box = [0.1, 0.1, 0.5, 0.1]
    return {
        "id": f"t{number}",
        "text": text,
        "start": start,
        "end": end,
        "box": box,
        "role": "overlay",
        "confidence": 0.9,
    }


def _segment(number: int, text: str, kind: str, start: float, end: float) -> dict[str, Any]:
    word = {"text": text, "start": start, "end": end, "confidence": 0.9}
    return {
        "id": f"v{number}",
        "text": text,
        "kind": kind,
        "start": start,
        "end": end,
        "confidence": 0.9,
        "words": [word],
    }


def _evidence() -> dict[str, Any]:
    return {
        "shots": [_shot(1, 0.0, 3.0), _shot(2, 3.0, DURATION)],
        "screen_text": [_text(1, "Day 1", 0.5, 2.0), _text(2, "Follow\nfor more", 3.5, 5.0)],
        "speech": {
            "verdict": "speech",
            "reason": None,
            "language": "en",
            "word_times": "aligned",
            "segments": [
                _segment(1, "Two cups of flour.", "speech", 0.6, 2.2),
                _segment(2, "la la la", "lyrics", 3.2, 4.0),
            ],
        },
        "sound": {
            "id": "sound",
            "regions": [{"id": "a1", "start": 0.0, "end": DURATION, "kind": "speech_over_music", "confidence": 0.8}],
            "has_music": True,
            "loudness_lufs": -14.0,
            "tempo_bpm": 96.4,
        },
        "faces": [],
        "keyframes": [{"id": "k1", "time": 1.0, "width": 540, "height": 960, "sharpness": 80.0, "file": None, "url": None}],
        "picture": None,
        "hook": {
            "id": "hook",
            "first_word": 0.6,
            "first_text": 0.5,
            "first_cut": 3.0,
            "cuts_in_first_3s": 0,
            "words_per_second": 2.5,
        },
    }


def _analysis() -> dict[str, Any]:
    def claim(text: str, *evidence: str, **more: float) -> dict[str, Any]:
        return {"text": text, "evidence": list(evidence), **more}

    return {
        "analyst": "local",
        "summary": claim("Somebody measures flour.", "v1"),
        "description": claim("Two shots with text.", "s1", "s2"),
        "setting": None,
        "subjects": [claim("flour", "v1")],
        "topics": [claim("baking", "v1")],
        "hooks": [claim("Day 1", "t1")],
        "call_to_action": claim("Follow for more", "t2"),
        "key_moments": [claim("Flour is measured.", "v1", start=0.6)],
        "quotes": [],
        "format": claim("tutorial", "v1"),
        "sentiment": None,
        "target_audience": None,
        "language": "en",
    }

from __future__ import annotations

import pytest

from clipsight.edges.rest.jobs import models as jobs_models
from clipsight.edges.rest.jobs import render as jobs
from clipsight.edges.rest.reels import models as reels_models
from clipsight.edges.rest.reels import render as reels
from clipsight.edges.rest.reels.errors import host_of
from clipsight.edges.rest.render import minutes, moment
from clipsight.schema.result import Document
from clipsight.schema.video import VideoRef
from clipsight.testing.example import example_document

LINK = VideoRef("instagram", "Chunk8-jurw", "https://www.instagram.com/reel/Chunk8-jurw/")
FILE = VideoRef("file", "sha256:00", "upload:a.mp4")


def silent(ref: VideoRef) -> Document:
    """A document in which nothing was found that could be missing."""
    kept = example_document(ref).model_dump(mode="json", by_alias=True)
    kept["evidence"] |= {"screen_text": [], "sound": None, "keyframes": []}
    kept["evidence"]["shots"] = [kept["evidence"]["shots"][0] | {"keyframe": None, "end": 6.0}]
    kept["evidence"]["speech"] |= {"verdict": "none", "language": None, "segments": [], "word_times": None}
    empty = {"summary": None, "description": None, "call_to_action": None, "format": None, "language": None}
    kept["analysis"] |= empty | {"subjects": [], "topics": [], "hooks": [], "key_moments": []}
    kept["evidence"]["hook"] |= {"first_word": None, "first_text": None, "words_per_second": None}
    return Document.model_validate(kept)


@pytest.mark.parametrize("ref", [LINK, FILE])
@pytest.mark.parametrize("make", [example_document, silent])
def test_every_document_gives_a_whole_reel_result(make, ref):
    result = reels.result(make(ref))
    reels_models.ReelResult.model_validate(result)
    assert (result["platform_meta"] is None) == (ref.platform == "file")


@pytest.mark.parametrize("ref", [LINK, FILE])
@pytest.mark.parametrize("make", [example_document, silent])
def test_every_document_gives_a_whole_video_analysis(make, ref):
    result = jobs.result(make(ref), 0)
    jobs_models.VideoAnalysis.model_validate(result)
    assert None not in result.values()


def test_nothing_is_invented_for_a_video_without_anything():
    reel = reels.result(silent(FILE))
    assert reel["audio"] == {"transcript": "", "language": "", "has_music": False, "music_description": None}
    assert reel["visual"] == {"description": "", "setting": "", "subjects": [], "text_on_screen": []}
    analysis = jobs.result(silent(FILE), 0)
    assert set(analysis) == {"platform", "url", "transcription", "visualDescription", "scenes", "processedAt"}
    assert analysis["scenes"] == [{"timestamp": "0:00", "description": "A shot of 6.0 seconds without text or speech"}]


def test_the_moments_of_a_scene_do_not_run_together():
    kept = example_document(FILE).model_dump(mode="json", by_alias=True)
    [moment_] = kept["analysis"]["key_moments"]
    kept["analysis"]["key_moments"] = [moment_ | {"text": text} for text in ("Says: “Hello.”", "On screen: Day 1")]
    [scene, _] = jobs.result(Document.model_validate(kept), 0)["scenes"]
    assert scene["description"] == "Says: “Hello.”; On screen: Day 1"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (8.999, "0:08"), (59.99, "0:59"), (60, "1:00"), (754.2, "12:34")]
)
def test_minutes(seconds, text):
    assert minutes(seconds) == text


def test_a_moment_is_utc_with_z():
    assert moment(1_779_444_000_999) == "2026-05-22T10:00:00Z"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.tiktok.com/x", "tiktok.com"),
        ("TikTok.com/x", "tiktok.com"),
        ("  tiktok.com/x\n", "tiktok.com"),
        ("https://user:pass@evil.example:8443/", "evil.example"),
        ("not a link", None),
        ("https://<script>.example/", None),
        ("https://[::1/", None),
        ("javascript:alert(1)", None),
        ("", None),
        (None, None),
    ],
)
def test_the_host_that_may_be_shown(url, host):
    assert host_of(url) == host

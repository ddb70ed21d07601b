"""What we compose, yt-dlp must read the same way: its extractors see nothing but our canonical links."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from yt_dlp.extractor.instagram import InstagramIE
from yt_dlp.extractor.tiktok import TikTokIE
from yt_dlp.extractor.youtube import YoutubeIE

CASES = json.loads((Path(__file__).parents[2] / "data" / "links.json").read_text())
VIDEOS = sorted({(case["platform"], case["video_id"], case["url"]) for case in CASES if case["outcome"] == "video"})
EXTRACTORS = {"tiktok": TikTokIE, "instagram": InstagramIE, "youtube": YoutubeIE}


@pytest.mark.parametrize(("platform", "video_id", "url"), VIDEOS)
def test_the_right_extractor_reads_the_same_id(platform: str, video_id: str, url: str) -> None:
    for name, extractor in EXTRACTORS.items():
        assert extractor.suitable(url) == (name == platform)
    assert EXTRACTORS[platform].get_temp_id(url) == video_id

"""TikTok: one page per video, whose state is JSON inside of it."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from enum import StrEnum
from typing import Any

from clipsight.testing.platforms.media import WHOLE, Media
from clipsight.testing.platforms.post import CAPTION, COUNTS, DISPLAY_NAME, HANDLE, MUSIC, PUBLISHED
from clipsight.testing.platforms.scenarios.model import Scenario
from clipsight.testing.platforms.traffic import NOT_FOUND, Delivery, Reply, Request, page, redirect

HOSTS = ("www.tiktok.com", "tiktok.com", "m.tiktok.com", "vm.tiktok.com", "vt.tiktok.com", "t.tiktok.com")
MEDIA_HOST = "v16-webapp-prime.tiktok.com"  # the extractor drops media on the host of the page
COVER_HOST = "p16-sign.tiktokcdn-us.com"

CHALLENGE_COOKIE = "_wafchallengeid"
SECRET_NUMBER = b"4242"  # below the million that the real challenge and the extractor search

_VIDEO = re.compile(r"/(?:video|photo|v|embed)/(\d+)")


class Act(StrEnum):
    """What the page of a video shows."""

    OK = "ok"
    CHALLENGE = "challenge"
    PRIVATE = "private"
    PRIVATE_ACCOUNT = "private account"
    IP_BLOCKED = "ip blocked"
    DELETED = "deleted"
    REMOVED = "removed"
    ADULT = "adult"
    SLIDESHOW = "slideshow"
    LOGIN = "login"
    CAPTCHA = "captcha"
    FORBIDDEN = "403"
    TOO_MANY = "429"
    BROKEN = "503"
    LONG = "long"
    TWO_QUALITIES = "two qualities"
    DRIPPING_PAGE = "dripping page"
    BOMB = "bomb"


_STATUS_CODES = {
    Act.PRIVATE: 10216,
    Act.PRIVATE_ACCOUNT: 10222,
    Act.IP_BLOCKED: 10204,
    Act.DELETED: 10231,
    Act.REMOVED: 10217,
}
_HTTP_STATUS = {Act.FORBIDDEN: 403, Act.TOO_MANY: 429, Act.BROKEN: 503}
LONG_SECONDS = 4000.0


def video_id_in(request: Request) -> str | None:
    """The video that a page request is about."""
    found = _VIDEO.search(request.path)
    return found[1] if found else None


def respond(request: Request, scenario: Scenario | None, media: Media) -> Reply:
    """The answer of TikTok's pages."""
    if request.path == "/login":
        return page("<html>login</html>")
    if scenario is None:
        return NOT_FOUND
    act = Act(scenario.act)
    if act in _HTTP_STATUS:
        return page("<html>denied</html>", status=_HTTP_STATUS[act])
    if act is Act.LOGIN:
        return redirect(f"https://www.tiktok.com/login?redirect_url={request.path}")
    if act is Act.CAPTCHA:
        return page("<html><body>Security check</body></html>")
    if act is Act.CHALLENGE and CHALLENGE_COOKIE + "=" not in request.headers.get("cookie", ""):
        return page(_challenge())
    reply = page(_state(act, scenario, media), cookie="tt_chain_token=simulated; Path=/")
    if act is Act.DRIPPING_PAGE:
        return Reply(reply.status, reply.body, delivery=Delivery.DRIP)
    if act is Act.BOMB:
        return Reply(body=_bomb(), headers=(("Content-Encoding", "gzip"),))
    return reply


def _state(act: Act, scenario: Scenario, media: Media) -> str:
    code = _STATUS_CODES.get(act, 0)
    item: dict[str, Any] = {} if code else _item(act, scenario, media)
    detail = {"statusCode": code, "statusMsg": "", "itemInfo": {"itemStruct": item} if item else {}}
    state = json.dumps({"__DEFAULT_SCOPE__": {"webapp.video-detail": detail}})
    script = f'<script id="__UNIVERSAL_DATA_FOR_REHYDRATION__" type="application/json">{state}</script>'
    return f"<html>{script}</html>"


def _item(act: Act, scenario: Scenario, media: Media) -> dict[str, Any]:
    if act is Act.ADULT:
        return {"id": scenario.video_id, "isContentClassified": True}
    seconds = LONG_SECONDS if act is Act.LONG else media.seconds
    item: dict[str, Any] = {
        "id": scenario.video_id,
        "desc": CAPTION,
        "createTime": str(PUBLISHED),
        "author": {"id": "6800000000000000001", "uniqueId": HANDLE, "nickname": DISPLAY_NAME, "secUid": "MS4wLjABAAAAsim"},
        "stats": {
            "playCount": COUNTS.views,
            "diggCount": COUNTS.likes,
            "shareCount": COUNTS.shares,
            "commentCount": COUNTS.comments,
            "collectCount": str(COUNTS.saves),
        },
        "music": {
            "title": MUSIC,
            "authorName": DISPLAY_NAME,
            "duration": round(seconds),
            "playUrl": f"https://{MEDIA_HOST}/media/tiktok/{scenario.video_id}/sound.m4a",
        },
        "video": _video(act, scenario, media, seconds),
    }
    if act is Act.SLIDESHOW:
        picture = {"imageURL": {"urlList": [f"https://{COVER_HOST}/cover.jpg"]}}
        item["imagePost"] = {"images": [picture, picture]}
    return item


def _video(act: Act, scenario: Scenario, media: Media, seconds: float) -> dict[str, Any]:
    cover = f"https://{COVER_HOST}/cover.jpg"
    if act is Act.SLIDESHOW:
        return {"id": scenario.video_id, "duration": 0, "cover": cover, "playAddr": "", "bitrateInfo": []}
    qualities = [(0, "h264", 2_000_000), (1, "h264", 400_000)] if act is Act.TWO_QUALITIES else [(0, "h264", 400_000)]
    return {
        "id": scenario.video_id,
        "width": media.width,
        "height": media.height,
        "duration": round(seconds),
        "format": "mp4",
        "cover": cover,
        "playAddr": _media_url(scenario, qualities[-1][0]),
        "bitrateInfo": [_quality(scenario, media, *quality) for quality in qualities],
    }


def _quality(scenario: Scenario, media: Media, rank: int, codec: str, bits: int) -> dict[str, Any]:
    return {
        "Bitrate": bits,
        "CodecType": codec,
        "GearName": f"normal_{media.width}_{rank}",
        "PlayAddr": {
            "DataSize": str(len(media.files[WHOLE])),
            "Width": media.width,
            "Height": media.height,
            "UrlList": [_media_url(scenario, rank)],
            "UrlKey": f"v0{rank}_{codec}_{media.width}p_{bits}",
        },
    }


SIGNATURE = "SIMULATEDSIGNATURE"  # of its links to media, which nobody else may see


def _media_url(scenario: Scenario, rank: int) -> str:
    return f"https://{MEDIA_HOST}/media/tiktok/{scenario.video_id}/{WHOLE}?rank={rank}&x-signature={SIGNATURE}"


def _challenge() -> str:
    """The page of the web application firewall: find the number below a million that has this digest."""
    salt = b"salt"
    digest = hashlib.sha256(salt + SECRET_NUMBER).digest()
    question = {"v": {"a": base64.b64encode(salt).decode(), "c": base64.b64encode(digest).decode()}}
    encoded = base64.b64encode(json.dumps(question).encode()).decode().rstrip("=")
    return f'<html>Please wait...<p id="cs" class="{encoded}"></p><p id="wci" class="{CHALLENGE_COOKIE}"></p></html>'


def _bomb() -> bytes:
    """About a megabyte of gzip that inflates to a gibibyte: more than the memory of the fetch that this scenario allows.

    After a full flush the same compressed block can be repeated without compressing it again.
    """
    packer = zlib.compressobj(9, wbits=31)
    block = bytes(1 << 20)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + again * 1023

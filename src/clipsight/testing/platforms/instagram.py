"""Instagram: a token, a ruling, a GraphQL call; the page of the post when that call gives nothing."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs

from clipsight.source.platforms.instagram import media_number, shortcode
from clipsight.testing.platforms.media import WHOLE, Media
from clipsight.testing.platforms.post import CAPTION, COUNTS, DISPLAY_NAME, HANDLE, PUBLISHED
from clipsight.testing.platforms.scenarios.model import Scenario
from clipsight.testing.platforms.traffic import NOT_FOUND, Reply, Request, data, page, redirect

HOSTS = ("www.instagram.com", "instagram.com")
MEDIA_HOST = "scontent.cdninstagram.com"

_POST = re.compile(r"/(?:[^/]+/)?(?:p|reels?|tv)/([^/]+)")
_INFO = re.compile(r"/api/v1/media/(\d+)/info/")
_PHOTO = 1
_VIDEO = 2
LONG_SECONDS = 4000.0


class Act(StrEnum):
    """What Instagram says about a post."""

    OK = "ok"
    PAGE_ONLY = "page only"
    IMAGE = "image"
    CAROUSEL = "carousel"
    MIXED_CAROUSEL = "mixed carousel"
    PHOTO_CAROUSEL = "photo carousel"
    LOGIN = "login"
    DELETED = "deleted"
    NOT_FOUND = "404"
    GATED = "gated"
    RESTRICTED = "restricted"
    GEO = "geo"
    TOO_MANY = "429"
    BROKEN = "503"
    LONG = "long"
    OTHER_POST = "other post"
    COOKIES_EXPIRED = "cookies expired"


_HIDDEN = {Act.LOGIN, Act.GATED, Act.GEO, Act.RESTRICTED, Act.NOT_FOUND, Act.PAGE_ONLY, Act.COOKIES_EXPIRED}
_HTTP_STATUS = {Act.NOT_FOUND: 404, Act.TOO_MANY: 429, Act.BROKEN: 503}
_LOGIN_PAGE = "https://www.instagram.com/accounts/login/?next=/"


def video_id_in(request: Request) -> str | None:
    """The shortcode that a request is about, wherever it stands."""
    if found := _POST.fullmatch(request.path.rstrip("/")):
        return found[1]
    if found := _INFO.fullmatch(request.path):
        return shortcode(int(found[1]))
    if target := request.query.get("target_id"):
        return shortcode(int(target))
    if request.path == "/api/graphql":
        variables = parse_qs(request.body.decode()).get("variables", ["{}"])[0]
        return shortcode(int(json.loads(variables).get("media_id", 0)))
    return None


def respond(request: Request, scenario: Scenario | None, media: Media) -> Reply:
    """The answer of Instagram's pages and interfaces."""
    if request.path == "/":
        return page('<html><script type="application/json" id="__eqmc">{"l":"SIMULATED"}</script></html>')
    if request.path.startswith("/accounts/login"):
        return page("<html>login</html>")
    if scenario is None:
        return NOT_FOUND
    act = Act(scenario.act)
    if request.path == "/api/v1/web/get_ruling_for_content/":
        return _ruling(act)
    if _INFO.fullmatch(request.path):
        return _info(act, scenario, media)
    if request.path == "/api/graphql":
        return _graphql(act, scenario, media)
    return _page(act, scenario, media)


def _ruling(act: Act) -> Reply:
    if act is Act.TOO_MANY:
        return data({"status": "fail"}, status=429)
    answer = {"status": "ok"}
    if act is Act.RESTRICTED:
        answer = {"title": "Restricted Video", "description": "You must be 18 years old or over to see this video"}
    if act is Act.GEO:
        answer = {"title": "This content is not available in your country", "description": "Legal request"}
    return data(answer, cookie="csrftoken=SIMULATED; Path=/; Secure")


def _info(act: Act, scenario: Scenario, media: Media) -> Reply:
    """What is asked for with the cookies of an account only."""
    if act is Act.COOKIES_EXPIRED:
        return redirect(_LOGIN_PAGE)
    if act in {Act.DELETED, Act.NOT_FOUND}:
        return data({"message": "Media not found or unavailable"}, status=404)
    return data({"items": [_media(act, scenario, media)]})


def _graphql(act: Act, scenario: Scenario, media: Media) -> Reply:
    if act in {Act.TOO_MANY, Act.BROKEN}:
        return data({"message": "Please wait a few minutes before you try again."}, status=_HTTP_STATUS[act])
    shown = None if act in _HIDDEN else _media(act, scenario, media)
    gate = None if act is Act.DELETED else {"if_not_gated_logged_out": shown}
    return data({"data": {"xig_polaris_media": gate}})


def _page(act: Act, scenario: Scenario, media: Media) -> Reply:
    if act is Act.LOGIN:
        return redirect(_LOGIN_PAGE)
    if act in _HTTP_STATUS:
        return page("<html>no</html>", status=_HTTP_STATUS[act])
    if act is not Act.PAGE_ONLY:
        return page("<html><title>Instagram</title></html>")
    result = {"data": {"xig_polaris_media": {"if_not_gated_logged_out": _media(act, scenario, media)}}}
    inner = ["RelayPrefetchedStreamCache", "next", [], ["key", {"__bbox": {"result": result}}]]
    outer = {"require": [["ScheduledServerJS", "handle", None, [{"__bbox": {"require": [inner]}}]]]}
    return page(f'<html><script type="application/json" data-sjs>{json.dumps(outer)}</script></html>')


def _media(act: Act, scenario: Scenario, media: Media) -> dict[str, Any]:
    number = media_number(scenario.video_id)
    video = _one(number, scenario, media, slide=1, seconds=LONG_SECONDS if act is Act.LONG else media.seconds)
    match act:
        case Act.OTHER_POST:
            return {**video, "pk": str(number + 1), "code": shortcode(number + 1)}
        case Act.IMAGE:
            return _photo(video)
        case Act.CAROUSEL:
            second = _one(number + 2, scenario, media, slide=2, seconds=media.seconds)
            return {**video, "carousel_media": [{**video, "pk": str(number + 1)}, second]}
        case Act.MIXED_CAROUSEL:
            return {**video, "carousel_media": [_photo(video), {**video, "pk": str(number + 1)}]}
        case Act.PHOTO_CAROUSEL:
            return {**_photo(video), "carousel_media": [_photo(video), _photo(video)]}
        case _:
            return video


def _one(number: int, scenario: Scenario, media: Media, *, slide: int, seconds: float) -> dict[str, Any]:
    size = {"width": media.width, "height": media.height}
    url = f"https://{MEDIA_HOST}/media/instagram/{scenario.video_id}/{WHOLE}?slide={slide}"
    return {
        "pk": str(number),
        "code": scenario.video_id,
        "media_type": _VIDEO,
        "product_type": "clips",
        "taken_at": PUBLISHED,
        "has_audio": True,
        "video_duration": seconds,
        "video_versions": [{"type": 101, "id": "1", "url": url, **size}],
        "image_versions2": {"candidates": [{"url": f"https://{MEDIA_HOST}/cover.jpg", **size}]},
        "user": {"pk": "99", "username": HANDLE, "full_name": DISPLAY_NAME},
        "caption": {"text": CAPTION},
        "like_count": COUNTS.likes,
        "comment_count": COUNTS.comments,
        "view_count": COUNTS.views,
    }


def _photo(video: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in video.items() if not key.startswith("video")} | {"media_type": _PHOTO}

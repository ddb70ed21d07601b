"""YouTube: a watch page and the player interface, which answers each kind of client by itself."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import Any

from clipsight.testing.platforms.media import PICTURE, SOUND, WHOLE, Media
from clipsight.testing.platforms.post import CAPTION, COUNTS, DISPLAY_NAME, HANDLE, PUBLISHED_AT, TITLE
from clipsight.testing.platforms.scenarios.model import Scenario
from clipsight.testing.platforms.traffic import NOT_FOUND, Reply, Request, data, page

HOSTS = ("www.youtube.com", "youtube.com", "m.youtube.com", "youtu.be", "youtubei.googleapis.com")
MEDIA_HOST = "rr1---sn-simulated.googlevideo.com"
COVER_HOST = "i.ytimg.com"

PLAYER = "/s/player/0a1b2c3d/player_ias.vflset/en_US/base.js"
SIGNATURE_TIMESTAMP = 20600
LONG_SECONDS = 4000.0
_IN_PATH = re.compile(r"/(?:shorts|embed|live|v)/([\w-]{11})")


class Act(StrEnum):
    """What the player says about a video."""

    OK = "ok"
    SPLIT_ONLY = "split only"
    SABR = "sabr"
    DELETED = "deleted"
    REMOVED = "removed"
    TERMINATED = "terminated"
    PRIVATE = "private"
    BOT = "bot"
    AGE = "age"
    RATE_LIMITED = "rate limited"
    MEMBERS = "members"
    UPCOMING = "upcoming"
    LIVE = "live"
    GEO = "geo"
    TOO_MANY = "429"
    LONG = "long"


_PLAYABILITY: dict[Act, dict[str, Any]] = {
    Act.DELETED: {"status": "ERROR", "reason": "Video unavailable"},
    Act.REMOVED: {"status": "ERROR", "reason": "This video has been removed by the uploader"},
    Act.TERMINATED: {
        "status": "ERROR",
        "reason": "This video is no longer available because the YouTube account associated with this video has been "
        "terminated.",
    },
    Act.PRIVATE: {
        "status": "LOGIN_REQUIRED",
        "reason": "Private video",
        "messages": ["This is a private video. Please sign in to verify that you may see it."],
    },
    Act.BOT: {"status": "LOGIN_REQUIRED", "reason": "Sign in to confirm you\u2019re not a bot"},
    Act.AGE: {"status": "LOGIN_REQUIRED", "reason": "Sign in to confirm your age", "desktopLegacyAgeGateReason": 1},
    Act.RATE_LIMITED: {"status": "ERROR", "reason": "This content isn't available, try again later."},
    Act.MEMBERS: {"status": "UNPLAYABLE", "reason": "Join this channel to get access to members-only content"},
    Act.UPCOMING: {"status": "LIVE_STREAM_OFFLINE", "reason": "Premieres in 2 hours"},
    Act.GEO: {
        "status": "UNPLAYABLE",
        "reason": "Video unavailable",
        "errorScreen": {
            "playerErrorMessageRenderer": {
                "reason": {"simpleText": "Video unavailable"},
                "subreason": {"simpleText": "The uploader has not made this video available in your country"},
            }
        },
    },
}
_PLAYABLE = {"status": "OK", "playableInEmbed": True}


def video_id_in(request: Request) -> str | None:
    """The video that a request is about."""
    if request.path.startswith("/youtubei/"):
        return json.loads(request.body or b"{}").get("videoId")
    found = _IN_PATH.match(request.path)
    return request.query.get("v") or (found[1] if found else None)


def respond(request: Request, scenario: Scenario | None, media: Media) -> Reply:
    """The answer of YouTube's pages and interfaces."""
    if request.path.endswith(".js") or request.path == "/iframe_api":
        script = f'var s="player\\/0a1b2c3d\\/";var x={{signatureTimestamp:{SIGNATURE_TIMESTAMP}}};'
        return Reply(body=script.encode(), content_type="text/javascript")
    if scenario is None:
        return NOT_FOUND
    act = Act(scenario.act)
    if request.path.startswith("/youtubei/v1/next"):
        return data(_initial_data())
    if request.path.startswith("/youtubei/"):
        too_many = act is Act.TOO_MANY
        return data({"error": {"code": 429}}, status=429) if too_many else data(_player(act, scenario, media))
    if act is Act.TOO_MANY:
        return page("<html>too many requests</html>", status=429)
    return page(_watch_page(act, scenario, media))


def _watch_page(act: Act, scenario: Scenario, media: Media) -> str:
    client = {"clientName": "WEB", "clientVersion": "2.20260708.00.00", "visitorData": "SIMULATED"}
    settings = {
        "INNERTUBE_CONTEXT": {"client": client},
        "VISITOR_DATA": "SIMULATED",
        "PLAYER_JS_URL": PLAYER,
        "STS": SIGNATURE_TIMESTAMP,
    }
    scripts = (
        f"ytcfg.set({json.dumps(settings)});",
        f"var ytInitialPlayerResponse = {json.dumps(_player(act, scenario, media))};",
        f"var ytInitialData = {json.dumps(_initial_data())};",
    )
    return "<html>" + "".join(f"<script>{script}</script>" for script in scripts) + "</html>"


def _player(act: Act, scenario: Scenario, media: Media) -> dict[str, Any]:
    playability = _PLAYABILITY.get(act, _PLAYABLE)
    seconds = str(round(LONG_SECONDS if act is Act.LONG else media.seconds))
    response: dict[str, Any] = {
        "playabilityStatus": playability,
        "videoDetails": {
            "videoId": scenario.video_id,
            "title": TITLE,
            "lengthSeconds": seconds,
            "channelId": "UC" + "s" * 22,
            "author": DISPLAY_NAME,
            "shortDescription": CAPTION,
            "viewCount": str(COUNTS.views),
            "isLiveContent": act is Act.LIVE,
            "isLive": act is Act.LIVE,
            "isUpcoming": act is Act.UPCOMING,
            "keywords": [],
        },
        "microformat": {"playerMicroformatRenderer": _microformat(act, seconds)},
    }
    if playability is _PLAYABLE:
        response["streamingData"] = _streams(act, scenario, media)
    return response


def _microformat(act: Act, seconds: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "lengthSeconds": seconds,
        "viewCount": str(COUNTS.views),
        "isFamilySafe": True,
        "isShortsEligible": True,
        "ownerProfileUrl": f"http://www.youtube.com/@{HANDLE}",
        "uploadDate": PUBLISHED_AT.isoformat(),
        "category": "Comedy",
        "isUnlisted": False,
    }
    return facts | ({"availableCountries": ["DE", "FR"]} if act is Act.GEO else {})


def _streams(act: Act, scenario: Scenario, media: Media) -> dict[str, Any]:
    if act is Act.SABR:
        return {"serverAbrStreamingUrl": f"https://{MEDIA_HOST}/sabr", "formats": [], "adaptiveFormats": []}
    size: dict[str, Any] = {"width": media.width, "height": media.height, "fps": 30}
    sound: dict[str, Any] = {"audioQuality": "AUDIO_QUALITY_MEDIUM", "audioSampleRate": "44100", "audioChannels": 1}
    whole = _stream(scenario, media, 18, WHOLE) | size | {"quality": "medium", "qualityLabel": "360p"}
    picture = _stream(scenario, media, 136, PICTURE) | size | {"quality": "hd720", "qualityLabel": "720p"}
    return {
        "formats": [] if act is Act.SPLIT_ONLY else [whole],
        "adaptiveFormats": [picture, _stream(scenario, media, 140, SOUND) | sound | {"quality": "tiny"}],
    }


_MIME = {
    WHOLE: 'video/mp4; codecs="avc1.42001E, mp4a.40.2"',
    PICTURE: 'video/mp4; codecs="avc1.4d401f"',
    SOUND: 'audio/mp4; codecs="mp4a.40.2"',
}


def _stream(scenario: Scenario, media: Media, itag: int, name: str) -> dict[str, Any]:
    return {
        "itag": itag,
        "mimeType": _MIME[name],
        "contentLength": str(len(media.files[name])),
        "url": f"https://{MEDIA_HOST}/media/youtube/{scenario.video_id}/{name}?itag={itag}",
        "approxDurationMs": str(round(media.seconds * 1000)),
        "bitrate": 300_000,
    }


def _initial_data() -> dict[str, Any]:
    """What stands below the player; the number of likes is nowhere else, and only as a sentence."""
    button: dict[str, Any] = {
        "buttonViewModel": {"accessibilityText": f"like this video along with {COUNTS.likes} other people"}
    }
    for name in (
        "defaultButtonViewModel",
        "toggleButtonViewModel",
        "toggleButtonViewModel",
        "likeButtonViewModel",
        "likeButtonViewModel",
        "segmentedLikeDislikeButtonViewModel",
    ):
        button = {name: button}
    profile = {"commandMetadata": {"webCommandMetadata": {"url": f"/@{HANDLE}"}}}
    owner = {"title": {"runs": [{"text": DISPLAY_NAME}]}, "navigationEndpoint": profile}
    contents = [
        {"videoPrimaryInfoRenderer": {"videoActions": {"menuRenderer": {"topLevelButtons": [button]}}}},
        {"videoSecondaryInfoRenderer": {"owner": {"videoOwnerRenderer": owner}}},
    ]
    return {"contents": {"twoColumnWatchNextResults": {"results": {"results": {"contents": contents}}}}}

"""The link or the platform: what keeps a video from being obtained."""

from __future__ import annotations

from clipsight.errors.root import ClipsightError


class SourceError(ClipsightError):
    code = "source"
    message = "The video could not be obtained; try another link, or upload the file instead"


class BadUrl(SourceError):
    """What was given is no link to a video. ``on_platform``: it is a link to a platform, but names no video there."""

    code = "bad_url"
    message = "This is not a link to a video; paste the link that the platform's share button gives"

    def __init__(self, *, on_platform: bool = False) -> None:
        super().__init__()
        self.on_platform = on_platform


class UnsupportedHost(SourceError):
    code = "unsupported_host"
    message = "Only TikTok, Instagram and YouTube links are supported; a video from elsewhere can be given as a file"


class Slideshow(SourceError):
    code = "slideshow"
    message = "This post is a photo slideshow, not a video; share a post with a video"


class NotAVideo(SourceError):
    code = "not_a_video"
    message = "This link leads to a page, not to a single video; open the video and share that link"


class LiveStream(SourceError):
    code = "live"
    message = "Live streams cannot be analysed; try again with the recording once it is published"


class Story(SourceError):
    code = "story"
    message = "Stories cannot be analysed; save the story as a file and upload it"


class Unavailable(SourceError):
    code = "unavailable"
    message = "The video does not exist, was removed or is hidden; check the link in a browser that is not signed in"


class PrivateVideo(SourceError):
    code = "private"
    message = "The video is private; only its owner can share it, for example as a file to upload"


class LoginRequired(SourceError):
    code = "login_required"
    message = "The platform asks for a sign-in; the operator can set cookies for it, or upload the file instead"


class RateLimited(SourceError):
    code = "rate_limited"
    retryable = True
    message = "The platform limits requests from this server at the moment; wait a few minutes and try again"


class GeoBlocked(SourceError):
    code = "geo_blocked"
    message = (
        "The video is blocked in the country of this server; "
        "the operator can set a proxy elsewhere, or upload the file instead"
    )


class AgeRestricted(SourceError):
    code = "age_restricted"
    message = (
        "The video is restricted by age; "
        "the operator can set cookies of an account that may see it, or upload the file instead"
    )


class MembersOnly(SourceError):
    code = "members_only"
    message = (
        "The video is for paying members of the channel; "
        "the operator can set cookies of a member, or upload the file instead"
    )


class TooLong(SourceError):
    code = "too_long"
    message = (
        "The video is longer than the limit of {limit_seconds} seconds; "
        "upload the part that matters, or ask for a higher limit"
    )


class TooLarge(SourceError):
    code = "too_large"
    message = (
        "The file is larger than the limit of {limit_bytes} bytes; upload a smaller rendition, or ask for a higher limit"
    )


class NoVideo(SourceError):
    code = "no_video"
    message = "There is no video in this post or slide; share a post with a video, or the slide that has one"


class SourceTimeout(SourceError):
    code = "timeout"
    retryable = True
    message = "The download took too long and was stopped; try again in a few minutes, or upload the file instead"


class DiskFull(SourceError):
    code = "disk_full"
    retryable = True
    message = "There is no room for the video on the disk of this server; the operator makes some, or try again later"


class NetworkError(SourceError):
    code = "network"
    retryable = True
    message = "The platform could not be reached; try again in a moment"


class PlatformChanged(SourceError):
    code = "platform_changed"
    retryable = True
    message = "The platform answered in a way this version does not understand; the operator may need to upgrade yt-dlp"

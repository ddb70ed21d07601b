"""The file itself: what keeps it from being decoded."""

from __future__ import annotations

from clipsight.errors.root import ClipsightError


class MediaError(ClipsightError):
    code = "media"
    message = "The file could not be read as a video; convert it to an mp4 with H.264 and try that"


class FileMissing(MediaError):
    code = "file_missing"
    message = "There is no readable file at this path; check how it is spelled and who may read it"


class EmptyFile(MediaError):
    code = "empty_file"
    message = "The file is empty; save or upload it again"


class UnsupportedFile(MediaError):
    code = "unsupported_file"
    message = "The file is not a video that is supported; mp4, mov, webm and mkv are"


class UnsupportedCodec(MediaError):
    code = "unsupported_codec"
    message = "The picture is encoded in a way that is not supported; H.264, HEVC, VP8, VP9 and AV1 are"


class NoPicture(MediaError):
    code = "no_picture"
    message = "The file has no picture that can be decoded; give a file with a video track"


class DamagedFile(MediaError):
    code = "damaged_file"
    message = "The file is damaged: nothing in it could be decoded; save or download it again"


class PictureTooLarge(MediaError):
    code = "picture_too_large"
    message = "The picture is larger than the limit of {limit_pixels} pixels; give a smaller rendition"


class TooManyFrames(MediaError):
    code = "too_many_frames"
    message = "The video has more than the limit of {limit_frames} frames; give one with fewer frames per second"


class OutOfMemory(MediaError):
    code = "out_of_memory"
    retryable = True
    message = "The video needs more memory than the limit; a smaller rendition may do"


class NoIsolation(MediaError):
    code = "no_isolation"
    message = (
        "Files from outside are decoded in a sandbox, and this system offers none; "
        "`clipsight doctor` says what is missing and how to go without"
    )

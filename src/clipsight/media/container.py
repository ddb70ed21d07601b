"""Opens a file from outside as a video container, with as little trust in it as possible.

The file arrives as an open descriptor, so no path and no name ever reaches the library. The demuxer is chosen here, by the
first bytes, and forced: left to guess, FFmpeg opens pictures as video and text files that name other files.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, NoReturn

import av
import av.error
import av.logging
import av.subtitles.stream  # pyright: ignore[reportUnusedImport] # else PyAV loads it with the first file: too late in the sandbox

from clipsight.errors import DamagedFile, EmptyFile, FileMissing, MediaError, OutOfMemory, UnsupportedFile

if TYPE_CHECKING:
    from av.container import InputContainer

MAX_STREAMS = 8  # picture, sound, a few tracks of metadata; more is an attack on memory
PROBE_BYTES = 5_000_000  # how far the library may read before it must know what the streams are
PROBE_US = 5_000_000  # the same limit in microseconds of content
PATIENCE_SECONDS = 20  # for opening and for every packet: a file that keeps the demuxer busy for longer is hostile
READ_BYTES = 65_536  # one call from the library into Python per 64 KiB

# VP8 is what older WebM files carry.
ACCEPTED_VIDEO = frozenset({"h264", "hevc", "vp8", "vp9", "av1"})
# Sound in other codecs counts as sound that cannot be decoded. PCM and Vorbis are what mov and webm carry besides the usual
# three; their decoders are small and old, and refusing them would lose cameras and screen recorders.
ACCEPTED_PCM = frozenset({"pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_f32le"})
ACCEPTED_AUDIO = frozenset({"aac", "mp3", "opus", "vorbis"}) | ACCEPTED_PCM
# Names of decoders rather than of codecs: what the library may open while it looks for stream parameters.
DECODERS = ",".join(sorted(ACCEPTED_VIDEO | ACCEPTED_AUDIO | {"libdav1d", "mp3float", "libopus"}))

HEAD_BYTES = 16
MOV_ATOMS = frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"})
STILL_BRANDS = frozenset({b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
EBML_MAGIC = b"\x1a\x45\xdf\xa3"

av.logging.set_level(None)  # the library writes to stderr otherwise, with text taken from the file


class DescriptorFile:
    """Seekable reading from a descriptor with an offset of its own.

    Only ``os.pread`` touches the descriptor, so several of these can read the same one from different threads.
    """

    name = ""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._size = size_of(descriptor)
        self._offset = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, count: int) -> bytes:
        """At most ``count`` bytes, none at the end of the file."""
        data = os.pread(self._descriptor, count, self._offset)
        self._offset += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._offset, os.SEEK_END: self._size}[whence]
        self._offset = max(0, start + offset)
        return self._offset

    def tell(self) -> int:
        return self._offset


def size_of(descriptor: int) -> int:
    """Bytes of the file behind a descriptor.

    Raises:
        FileMissing: the descriptor is closed or not a regular file.
    """
    try:
        status = os.fstat(descriptor)
    except OSError as reason:
        raise FileMissing from reason
    if not stat.S_ISREG(status.st_mode):
        raise FileMissing
    return status.st_size


def demuxer_for(head: bytes) -> str:
    """The FFmpeg name of the one demuxer that may read a file with these first bytes.

    Raises:
        UnsupportedFile: neither the MP4 and QuickTime family nor Matroska and WebM, or a still picture in an MP4 shell.
    """
    if head.startswith(EBML_MAGIC):
        return "matroska"
    if head[4:8] not in MOV_ATOMS or (head[4:8] == b"ftyp" and head[8:12] in STILL_BRANDS):
        raise UnsupportedFile
    return "mov"


def open_container(descriptor: int) -> InputContainer:
    """Open the file behind a descriptor; close the container when done, the descriptor stays open.

    Args:
        descriptor: an open, readable, regular file. Its own offset is neither used nor changed.

    Raises:
        FileMissing: the descriptor cannot be read.
        EmptyFile: there is not a single byte.
        UnsupportedFile: not an MP4, MOV, WebM or MKV file.
        DamagedFile: one by its first bytes, but not readable.
    """
    source = DescriptorFile(descriptor)
    if source.seek(0, os.SEEK_END) == 0:
        raise EmptyFile
    source.seek(0)
    try:
        head = source.read(HEAD_BYTES)
        source.seek(0)
        container = av.open(
            source,
            mode="r",
            format=demuxer_for(head),
            options={
                "protocol_whitelist": "none",  # no reference of the file to another file or address is followed
                "codec_whitelist": DECODERS,
                "max_streams": str(MAX_STREAMS),
                "probesize": str(PROBE_BYTES),
                "analyzeduration": str(PROBE_US),
            },
            metadata_errors="replace",
            buffer_size=READ_BYTES,
            timeout=(PATIENCE_SECONDS, PATIENCE_SECONDS),
        )
    except (av.error.FFmpegError, OSError, ValueError) as reason:
        raise_media_error(reason)
    if len(container.streams) == 0:
        container.close()
        raise DamagedFile
    return container


def raise_media_error(reason: Exception) -> NoReturn:
    """Raise what an exception of the library or of reading means to the reader; the exception stays as the cause.

    Raises:
        MediaError: always, :class:`DamagedFile` unless something more exact is known.
    """
    if isinstance(reason, MediaError):
        raise reason
    if isinstance(reason, MemoryError):
        raise OutOfMemory from reason
    if isinstance(reason, av.error.DecoderNotFoundError | av.error.DemuxerNotFoundError):
        raise UnsupportedFile from reason
    raise DamagedFile from reason

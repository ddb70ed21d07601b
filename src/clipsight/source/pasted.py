"""What a person hands over as one argument: a link, text around a link, or the path of a file."""

from __future__ import annotations

from pathlib import Path

from clipsight.errors import BadUrl, NotASource
from clipsight.source.links import find_link


def link_or_file(text: str) -> str | Path:
    """A path when there is such a file or nothing about the text looks like a link; otherwise the link.

    Raises:
        BadUrl: there is a link, but not to anything that can be a video.
        NotASource: empty, a folder, or ``-``.
    """
    if text.strip() in ("", "-") or "\0" in text:
        raise NotASource
    path = Path(text)
    try:
        if path.is_dir():
            raise NotASource
        if path.exists():
            return path
    except OSError:  # longer than a path may be; text around a link may be long
        pass
    link = find_link(text)
    if link is not None:
        return link
    if "://" in text:
        raise BadUrl
    return path

"""Memory that the C library holds on to after it was freed, given back to the system."""

from __future__ import annotations

import contextlib
import ctypes

LIBC = ctypes.CDLL(None)


def give_memory_back() -> None:
    """Return freed pages, which otherwise stay with the process: hundreds of megabytes after some seconds of video.

    Takes milliseconds. Buffers of pictures and tensors come in many sizes, so what one leaves behind fits the next badly.
    """
    with contextlib.suppress(AttributeError):  # musl has no such call
        LIBC.malloc_trim(0)

"""Numbers next to zero taken for zero, for one thread and for a while.

The detector meets so many subnormal numbers that some processors take three times as long for a picture. The runtime's own
switch works only for the first session of a process and changes the thread that opened it for good; this one is local.
"""

from __future__ import annotations

import ctypes
import platform
import sys
from collections.abc import Generator
from contextlib import contextmanager

FLUSH_AND_DENORMALS_AS_ZERO = 0x8040  # bits 15 and 6 of MXCSR (Intel's Software Developer's Manual, volume 1, 10.2.3)
ENVIRONMENT_BYTES = 32  # fenv_t of glibc and musl on x86-64: 28 bytes of the x87 unit, then MXCSR
MXCSR_OFFSET = 28

_IS_KNOWN = sys.platform == "linux" and platform.machine() == "x86_64"
_library = ctypes.CDLL(None) if _IS_KNOWN else None  # opened at import: no file is opened after a sandbox closes


@contextmanager
def taken_for_zero() -> Generator[None]:
    """Inside, subnormal numbers are zero in this thread. Does nothing where the layout of the switch is not known."""
    if _library is None:
        yield
        return
    before = ctypes.create_string_buffer(ENVIRONMENT_BYTES)
    if _library.fegetenv(before) != 0:
        yield
        return
    fast = ctypes.create_string_buffer(before.raw, ENVIRONMENT_BYTES)
    control = ctypes.c_uint32.from_buffer(fast, MXCSR_OFFSET)
    control.value |= FLUSH_AND_DENORMALS_AS_ZERO
    _library.fesetenv(fast)
    try:
        yield
    finally:
        _library.fesetenv(before)

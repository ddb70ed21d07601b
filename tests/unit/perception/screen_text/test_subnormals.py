from __future__ import annotations

import platform
import sys
import threading

import numpy as np
import pytest

from clipsight.perception.screen_text.subnormals import taken_for_zero

KNOWN = sys.platform == "linux" and platform.machine() == "x86_64"


def tiny() -> float:
    return float(np.float32(1e-39) * np.float32(1))


def test_the_mode_is_local_to_the_block_and_to_the_thread() -> None:
    elsewhere: list[float] = []
    with taken_for_zero():
        inside = tiny()
        thread = threading.Thread(target=lambda: elsewhere.append(tiny()))
    thread.start()
    thread.join()
    assert tiny() > 0
    assert elsewhere[0] > 0
    assert (inside == 0) is KNOWN


def test_the_mode_is_restored_after_an_error() -> None:
    with pytest.raises(ZeroDivisionError), taken_for_zero():
        _ = 1 // 0
    assert tiny() > 0

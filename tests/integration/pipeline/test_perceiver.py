"""The perception process: confined, warm, killed by cancel, and it loads nothing but wheels and the base system."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from clipsight.errors import JobCancelled, PerceptionCrashed
from clipsight.pipeline.perceiver import Perceiver, PerceptionLimits
from clipsight.testing.sample import SAMPLE

pytestmark = pytest.mark.xdist_group("perceiver")

# What every Debian 12 with Python has: the C and C++ run time and what Python itself links to.
BASE_LIBRARIES = {
    *("ld-linux-x86-64", "ld-linux-aarch64", "libc", "libm", "libdl", "libpthread", "librt", "libutil", "libresolv"),
    *(
        "libmvec",
        "libgcc_s",
        "libstdc++",
        "libz",
        "libexpat",
        "libssl",
        "libcrypto",
        "libffi",
        "libbz2",
        "liblzma",
        "libuuid",
    ),
    *("libtinfo", "libsqlite3", "libpython3", "libreadline"),
}


def nothing(_stage: str, _fraction: float) -> None:
    pass


def _stem(path: str) -> str:
    """libpython3.11.so.1.0 → libpython3, libc.so.6 → libc"""
    return Path(path).name.split(".so")[0].split(".")[0]


def test_only_wheels_and_the_base_system_are_loaded(perceiver: Perceiver) -> None:
    perceiver.start()
    maps = Path(f"/proc/{perceiver.pid}/maps").read_text(encoding="utf-8")
    loaded = {line.split(maxsplit=5)[5] for line in maps.splitlines() if ".so" in line}
    prefixes = (sys.prefix, sys.base_prefix, os.path.realpath(sys.base_prefix), "/usr/lib/python3")
    foreign = {path for path in loaded if not path.startswith(prefixes) and _stem(path) not in BASE_LIBRARIES}
    assert not foreign
    assert len(loaded) > 20, "the libraries of the wheels are loaded, so the list means something"


def test_cancelling_kills_the_process_and_the_next_call_starts_another(perceiver: Perceiver) -> None:
    perceiver.start()
    first = perceiver.pid
    assert first is not None
    cancel = threading.Event()

    def cancel_when_it_works(_stage: str, _fraction: float) -> None:
        cancel.set()

    with pytest.raises(JobCancelled):
        perceiver.perceive(SAMPLE, PerceptionLimits(), cancel_when_it_works, cancel)
    assert not Path(f"/proc/{first}").exists()
    perceiver.start()
    assert perceiver.pid != first


def test_a_process_that_dies_is_an_error_with_a_code(perceiver: Perceiver) -> None:
    perceiver.start()

    def kill(_stage: str, _fraction: float) -> None:
        if perceiver.pid is not None and Path(f"/proc/{perceiver.pid}").exists():
            os.kill(perceiver.pid, 9)

    with pytest.raises(PerceptionCrashed):
        perceiver.perceive(SAMPLE, PerceptionLimits(), kill, threading.Event())

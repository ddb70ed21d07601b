"""On what the figures were measured."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

PARTS = ("av", "onnxruntime", "opencv-python-headless", "rapidocr", "moonshine-voice", "faster-whisper", "numpy")
WIDE_VECTORS = ("avx2", "avx512f", "avx512_vnni", "asimd")


def machine() -> list[tuple[str, str]]:
    """What a reader needs to compare: processor, memory, system, versions, commit, load."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        ("processor", f"{_processor()}, {cores} cores used, {memory:.0f} GiB"),
        ("system", f"{_distribution()}, kernel {platform.release()}, Python {platform.python_version()}"),
        ("parts", ", ".join(f"{part} {version(part)}" for part in PARTS)),
        ("commit", _commit()),
        ("load before the run", f"{os.getloadavg()[0]:.2f} processes (1 minute mean)"),
    ]


def _processor() -> str:
    info = Path("/proc/cpuinfo").read_text()
    names = [line.partition(":")[2].strip() for line in info.splitlines() if line.startswith("model name")]
    flags = set(info.split())
    vectors = [name for name in WIDE_VECTORS if name in flags]
    return f"{names[0] if names else platform.machine()} ({', '.join(vectors)})"


def _distribution() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())


def _commit() -> str:
    changed = _git("status", "--porcelain", "--", "src")
    return (_git("log", "-1", "--format=%h") or "unknown") + (" with changes" if changed else "")


def _git(*arguments: str) -> str:
    """What git says; nothing where there is no repository."""
    root = Path(__file__).parents[1]
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=False).stdout.strip()

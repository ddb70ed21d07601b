"""Libraries that import parts of themselves on first use, which a confined process can no longer do."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from typing import Final

_WHOLE: Final = ("av",)  # av.open imports one module for each kind of stream that it meets; all of it takes 0.03 s
_NOT_NEEDED: Final = ("av.__main__", "av.datasets")  # a command; a downloader
_PARTS: Final = {"numpy": ("char", "ctypeslib", "fft", "linalg", "ma", "polynomial", "random", "rec", "strings")}


def complete() -> None:
    """Imports what is missing of those libraries that this process has already imported.

    Raises:
        ImportError: a part of a library is damaged or missing.
    """
    for package in _WHOLE:
        if package in sys.modules:
            for module in pkgutil.walk_packages(sys.modules[package].__path__, f"{package}."):
                if module.name not in _NOT_NEEDED:
                    importlib.import_module(module.name)
    for package, parts in _PARTS.items():
        if package in sys.modules:
            for part in parts:
                importlib.import_module(f"{package}.{part}")

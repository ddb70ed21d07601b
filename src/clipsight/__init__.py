"""clipsight: what is said, written and shown in a short video, and when.

    import clipsight
    document = clipsight.analyze("video.mp4")

Importing the package loads nothing heavy; each name is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clipsight.errors import ClipsightError
    from clipsight.pipeline.run import Options, analyze
    from clipsight.schema.analysis import Analysis
    from clipsight.schema.evidence import Evidence
    from clipsight.schema.result import Document

__version__ = "0.1.0"

__all__ = ["Analysis", "ClipsightError", "Document", "Evidence", "Options", "analyze"]

_HOME = {
    "Analysis": "clipsight.schema.analysis",
    "ClipsightError": "clipsight.errors",
    "Document": "clipsight.schema.result",
    "Evidence": "clipsight.schema.evidence",
    "Options": "clipsight.pipeline.run",
    "analyze": "clipsight.pipeline.run",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'clipsight' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])

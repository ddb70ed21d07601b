"""The sandbox in which files from outside are decoded and looked at.

The parent starts the child with :func:`child_environment`; the child calls :func:`die_with_parent` and
:func:`leave_network` first, then loads its libraries and models, then :func:`confine`; only then does it take a video.
"""

from __future__ import annotations

from clipsight.media.sandbox.child import child_environment, die_with_parent, leave_network
from clipsight.media.sandbox.confinement import Isolation, SandboxPolicy, available, confine

__all__ = [
    "Isolation",
    "SandboxPolicy",
    "available",
    "child_environment",
    "confine",
    "die_with_parent",
    "leave_network",
]

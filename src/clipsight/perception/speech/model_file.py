"""Model files that lie inside installed wheels: found without importing the wheel's package, and checked before use."""

from __future__ import annotations

import hashlib
import os
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from clipsight.errors import BackendDamaged, BackendMissing


def read_checked(package: str, path: str, sha256: str) -> bytes:
    """The content of a data file of an installed package.

    Args:
        package: top-level package; it is located, not imported, because imports pull in what only the package needs.
        path: the file, relative to the package's folder, with ``/``.
        sha256: hex digest the content must have.

    Raises:
        BackendMissing: the package or the file is not there.
        BackendDamaged: the content is another one.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise BackendMissing
    try:
        content = (Path(next(iter(spec.submodule_search_locations))) / path).read_bytes()
    except OSError as error:
        raise BackendMissing from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise BackendDamaged
    return content


class Session(Protocol):
    """The part of an onnxruntime session that is used here; the library has no full types."""

    def run(self, output_names: None, input_feed: dict[str, NDArray[Any]]) -> list[NDArray[np.float32]]:
        """All outputs for the given inputs. May be called from several threads."""
        ...


def session(model: bytes) -> tuple[Session, list[str]]:
    """An onnxruntime session from memory, on one thread and without arenas, and the names of its outputs in order.

    Parallelism is across calls, and an arena would keep the largest shape that ever came by.
    """
    # Read when the library is first imported: without it the library reports to its maker and keeps a database open.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    onnxruntime: Any = import_module("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    opened = onnxruntime.InferenceSession(model, sess_options=options, providers=["CPUExecutionProvider"])
    return cast(Session, opened), [output.name for output in opened.get_outputs()]


def installed_version(distribution: str) -> str:
    """Version of an installed distribution.

    Raises:
        BackendMissing: it is not installed.
    """
    try:
        return version(distribution)
    except PackageNotFoundError as error:
        raise BackendMissing from error

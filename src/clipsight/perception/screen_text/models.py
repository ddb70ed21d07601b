"""Finds, verifies and opens the PP-OCRv6 models that the ``rapidocr`` wheel carries.

The package itself is never imported (that costs more than a second of processor time): only its folder is looked up. Each
file is read once, compared with the digest of the file that was shipped, and handed to the runtime from memory, so what was
verified is what runs.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from clipsight.errors import BackendDamaged, BackendMissing

BACKEND = f"PP-OCRv6 small, onnxruntime {onnxruntime.__version__}"

PACKAGE = "rapidocr"
DETECTOR_FILE = "PP-OCRv6_det_small.onnx"
RECOGNISER_FILE = "PP-OCRv6_rec_small.onnx"
DIGESTS = {  # SHA-256 of the files inside the wheel of rapidocr 3.10.0
    DETECTOR_FILE: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    RECOGNISER_FILE: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
LOG_ERRORS_ONLY = 3  # onnxruntime's severity scale: 3 is error

Tensor = NDArray[np.float32]


class Session(Protocol):
    """The one method of an onnxruntime session that is used. Safe to call from several threads."""

    def run(self, output_names: None, input_feed: dict[str, Tensor]) -> list[Tensor]: ...


@dataclass(frozen=True, slots=True)
class TextModels:
    """Two open models and the alphabet of the second.

    Attributes:
        detector: takes ``x`` of shape (1, 3, height, width), multiples of 32, -1..1; gives text probability per pixel,
            shape (1, 1, height, width).
        recogniser: takes ``x`` of shape (1, 3, 48, width), -1..1; gives probabilities of shape (1, width / 8, classes).
        characters: what each class of the recogniser stands for; class 0 is the blank of connectionist temporal
            classification (empty here), the last one is the space.
    """

    detector: Session
    recogniser: Session
    characters: tuple[str, ...]

    @classmethod
    def load(cls) -> TextModels:
        """Open both models and run each once, so that nothing is left to be opened later.

        Raises:
            BackendMissing: the package that carries the models is not installed, or has no such file.
            BackendDamaged: a model file is not the one that was shipped.
        """
        folder = models_folder()
        detector, _ = _open(folder / DETECTOR_FILE)
        recogniser, metadata = _open(folder / RECOGNISER_FILE)
        # Not splitlines(): the alphabet may hold characters that Python takes for line ends.
        characters = ("", *metadata.get("character", "").split("\n"), " ")
        detector.run(None, {"x": np.zeros((1, 3, 32, 32), np.float32)})
        classes = recogniser.run(None, {"x": np.zeros((1, 3, 48, 32), np.float32)})[0].shape[-1]
        if classes != len(characters):
            raise BackendDamaged
        return cls(detector, recogniser, characters)


def models_folder() -> Path:
    """Folder with the model files of the installed package.

    Raises:
        BackendMissing: the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise BackendMissing
    return Path(spec.submodule_search_locations[0]) / "models"


def _open(path: Path) -> tuple[Session, dict[str, str]]:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise BackendMissing from error
    if hashlib.sha256(content).hexdigest() != DIGESTS[path.name]:
        raise BackendDamaged
    runtime: Any = onnxruntime  # its classes come from a compiled module without types
    options = runtime.SessionOptions()
    options.intra_op_num_threads = 1  # parallel across calls, not inside them: half the processor time on two cores
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # every line has its own width, and an arena keeps memory for each shape
    options.enable_mem_pattern = False
    options.log_severity_level = LOG_ERRORS_ONLY
    session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return cast(Session, session), dict(session.get_modelmeta().custom_metadata_map)

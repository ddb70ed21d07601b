"""Where the files of a Whisper model are. For the process that has the network and the disk, before it confines another."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from clipsight.errors import BackendMissing

WEIGHTS = "model.bin"
# Without the tokenizer faster-whisper would ask a model hub for one.
NEEDED = (WEIGHTS, "config.json", "tokenizer.json")


def whisper_folder(model: str, *, download: bool) -> Path:
    """The folder of a model in the format of CTranslate2.

    Args:
        model: the folder itself, or a name that faster-whisper knows (``small``, ``owner/name``).
        download: whether a model that is not on this machine may be fetched from the model hub.

    Raises:
        BackendMissing: no such model here, a file of it is missing, or it could not be fetched.
    """
    given = Path(model).expanduser()
    folder = given.absolute() if given.is_dir() else _by_name(model, download=download)
    if not all((folder / name).is_file() for name in NEEDED):
        raise BackendMissing
    return folder


def whisper_bytes(folder: Path) -> int:
    """Size of the weights on disk."""
    return (folder / WEIGHTS).stat().st_size


def _by_name(name: str, *, download: bool) -> Path:
    if find_spec("faster_whisper") is None:
        raise BackendMissing
    models: Any = import_module("faster_whisper.utils")
    try:
        return Path(models.download_model(name, local_files_only=not download))
    # Of the hub's client: a wrong name is a ValueError; not here, no network and a refusal are OSErrors.
    except (OSError, ValueError) as error:
        raise BackendMissing from error

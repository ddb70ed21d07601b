"""The models are found without importing their package, verified, and opened once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clipsight.errors import BackendDamaged, BackendMissing
from clipsight.perception.screen_text import models
from clipsight.perception.screen_text.models import BACKEND, DETECTOR_FILE, RECOGNISER_FILE, TextModels


def test_the_alphabet_ends_with_a_space_and_begins_with_the_blank() -> None:
    characters = TextModels.load().characters
    assert characters[0] == ""
    assert characters[-1] == " "
    assert {"€", "$", "%", "@", "é", "ß", "😋"} <= set(characters)


def test_the_backend_says_its_versions() -> None:
    assert BACKEND.startswith("PP-OCRv6 small, onnxruntime 1.")


def test_the_package_is_not_imported() -> None:
    code = (
        "import sys; from clipsight.perception.screen_text.models import TextModels; TextModels.load();"
        "sys.exit('rapidocr' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_package_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "PACKAGE", "no_such_package_at_all")
    with pytest.raises(BackendMissing):
        TextModels.load()


def test_a_missing_file_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(models, "models_folder", lambda: tmp_path)
    with pytest.raises(BackendMissing):
        TextModels.load()


def test_a_changed_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (DETECTOR_FILE, RECOGNISER_FILE):
        shutil.copy(models.models_folder() / name, tmp_path / name)
    with (tmp_path / RECOGNISER_FILE).open("r+b") as file:
        file.seek(5_000_000)
        file.write(b"\x00\x01")
    monkeypatch.setattr(models, "models_folder", lambda: tmp_path)
    with pytest.raises(BackendDamaged):
        TextModels.load()

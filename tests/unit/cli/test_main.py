"""The command's frame: exit codes, lazy loading, no traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clipsight.cli.main import COMMANDS, cli, exit_code
from clipsight.errors import BadSetting, NetworkError, TooLong, UnknownFormat


def test_wrong_use_and_failures_have_different_exit_codes() -> None:
    assert exit_code(UnknownFormat()) == 2
    assert exit_code(BadSetting(name="CLIPSIGHT_X", expected="a number")) == 2
    assert exit_code(TooLong(limit_seconds=180)) == 1
    assert exit_code(NetworkError()) == 1


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_exists_and_its_first_help_line_is_the_one_in_the_list(name: str) -> None:
    command = cli.get_command(None, name)  # pyright: ignore[reportArgumentType]
    assert command is not None
    assert command.name == name


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from clipsight.cli.main import cli;"
        "assert 'analyze' in CliRunner().invoke(cli, ['--help']).output;"
        "assert not {'av', 'cv2', 'onnxruntime', 'fastapi'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

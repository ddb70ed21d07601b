from __future__ import annotations

import multiprocessing

import pytest

from clipsight.access.key import FILE, token_key
from clipsight.errors import TokenKeyUnusable


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path):
    folder = tmp_path / "data"
    made = token_key(folder, None)
    assert token_key(folder, None) == made
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_a_key_that_was_given_needs_no_file(tmp_path):
    assert token_key(tmp_path, "x" * 32) == token_key(tmp_path / "elsewhere", "x" * 32)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", ["", "too short", "g" * 64, "a" * 65, "a" * 63])
def test_a_file_that_holds_something_else_is_refused_and_stays(tmp_path, content):
    path = tmp_path / FILE
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(TokenKeyUnusable):
        token_key(tmp_path, None)
    assert path.read_text() == content


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o620])
def test_a_file_that_others_may_open_is_refused(tmp_path, mode):
    token_key(tmp_path, None)
    (tmp_path / FILE).chmod(mode)
    with pytest.raises(TokenKeyUnusable):
        token_key(tmp_path, None)


def test_a_link_is_not_followed(tmp_path):
    token_key(tmp_path / "a", None)
    (tmp_path / FILE).symlink_to(tmp_path / "a" / FILE)
    with pytest.raises(TokenKeyUnusable):
        token_key(tmp_path, None)


def _name(folder, names) -> None:
    names.put(token_key(folder, None).name)


def test_processes_that_start_at_once_agree(tmp_path):
    context = multiprocessing.get_context("fork")
    names = context.SimpleQueue()
    several = [context.Process(target=_name, args=(tmp_path / "data", names)) for _ in range(6)]
    for process in several:
        process.start()
    found = {names.get() for _ in several}
    for process in several:
        process.join()
    assert len(found) == 1

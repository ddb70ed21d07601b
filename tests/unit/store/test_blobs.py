from __future__ import annotations

import hashlib
import os
import time

import pytest

from clipsight.errors import FileMissing
from clipsight.store import blobs as module
from clipsight.store.blobs import FileBlobStore, hash_file

OLD = 2 * 3600


@pytest.fixture
def blobs(tmp_path) -> FileBlobStore:
    return FileBlobStore(tmp_path / "blobs")


def test_a_blob_is_named_after_its_content_and_kept_once(blobs, tmp_path):
    blob = blobs.put_bytes(b"content")
    assert blob == hashlib.sha256(b"content").hexdigest()
    assert blobs.put_bytes(b"content") == blob
    assert blobs.read(blob) == b"content"
    assert len(list((tmp_path / "blobs").glob("??/*"))) == 1


def test_a_file_becomes_a_blob_and_stays_where_it_is(blobs):
    with blobs.workplace() as folder:
        path = folder / "a.mp4"
        path.write_bytes(b"film")
        blob = blobs.put_file(path)
        assert blob == hash_file(path)
        assert path.exists()
    with blobs.lend(blob) as lent:
        assert lent.read_bytes() == b"film"


def test_a_disk_without_links_gets_a_copy(blobs, tmp_path, monkeypatch):
    def no_link(*_args: object) -> None:
        raise OSError(module.NO_LINK[0], "no links here")

    monkeypatch.setattr(os, "link", no_link)
    path = tmp_path / "a.mp4"
    path.write_bytes(b"film")
    assert blobs.read(blobs.put_file(path)) == b"film"


def test_nothing_half_written_is_left_when_keeping_fails(blobs, tmp_path, monkeypatch):
    def full(*_args: object) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "link", full)
    path = tmp_path / "a.mp4"
    path.write_bytes(b"film")
    with pytest.raises(OSError, match="no space"):
        blobs.put_file(path)
    with pytest.raises(FileMissing):
        blobs.read(hash_file(path))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "0" * 64])
def test_what_is_not_there_or_no_name_is_missing(blobs, name):
    with pytest.raises(FileMissing):
        blobs.read(name)
    with pytest.raises(FileMissing), blobs.lend(name):
        pass


def test_a_discarded_blob_is_gone_and_discarding_twice_is_nothing(blobs):
    blob = blobs.put_bytes(b"x")
    blobs.discard(blob)
    blobs.discard(blob)
    with pytest.raises(FileMissing):
        blobs.read(blob)


def test_only_old_blobs_are_offered_to_the_search_for_orphans(blobs, tmp_path):
    old, new, again = (blobs.put_bytes(content) for content in (b"old", b"new", b"again"))
    before = time.time() - OLD
    for blob in (old, again):
        os.utime(tmp_path / "blobs" / blob[:2] / blob, (before, before))
    blobs.put_bytes(b"again")
    assert list(blobs.names()) == [old]
    assert new


def test_what_dead_processes_left_is_swept(blobs, tmp_path):
    inbox = tmp_path / "blobs" / "incoming"
    before = time.time() - OLD
    (inbox / "lost").write_bytes(b"half")
    (inbox / "folder").mkdir()
    (inbox / "folder" / "half").write_bytes(b"half")
    (inbox / "fresh").write_bytes(b"half")
    for name in ("lost", "folder"):
        os.utime(inbox / name, (before, before))
    blobs.sweep_inbox()
    assert [path.name for path in inbox.iterdir()] == ["fresh"]

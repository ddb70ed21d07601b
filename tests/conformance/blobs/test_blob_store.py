"""What every store of files does, whichever it is."""

from __future__ import annotations

import hashlib
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clipsight.errors import BlobStoreElsewhere, FileMissing
from clipsight.store.blobs import BlobStore, hash_file
from clipsight.store.places import BlobPlace, check_store, claim_store, open_blobs
from clipsight.testing.s3 import REGION
from clipsight.testing.store import fresh_database


@pytest.fixture(params=["file", "s3"])
def place(request, tmp_path) -> BlobPlace:
    if request.param == "file":
        return BlobPlace(f"file://{tmp_path / 'blobs'}", tmp_path / "transit")
    bucket = request.getfixturevalue("bucket")
    return BlobPlace(f"s3://{bucket}/some/where", tmp_path / "transit", request.getfixturevalue("endpoint"), REGION)


@pytest.fixture
def blobs(place) -> BlobStore:
    return open_blobs(place)


def test_a_blob_is_named_after_its_content(blobs):
    blob = blobs.put_bytes(b"content")
    assert blob == hashlib.sha256(b"content").hexdigest()
    assert blobs.put_bytes(b"content") == blob
    assert blobs.read(blob) == b"content"
    assert blobs.has(blob)


@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300_000))
def test_what_comes_out_is_what_went_in(blobs, content):
    with blobs.workplace() as folder:
        path = folder / "a"
        path.write_bytes(content)
        blob = blobs.put_file(path)
        assert blob == hash_file(path)
        assert path.read_bytes() == content
    assert blobs.read(blob) == content
    with blobs.lend(blob) as lent:
        assert lent.read_bytes() == content


def test_a_file_of_which_the_name_is_known_already(blobs):
    with blobs.workplace() as folder:
        path = folder / "a.mp4"
        path.write_bytes(b"film")
        assert blobs.put_file(path, hash_file(path)) == blobs.put_file(path)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "0" * 64])
def test_what_is_not_there_or_no_name_is_missing(blobs, name):
    assert not blobs.has(name)
    with pytest.raises(FileMissing):
        blobs.read(name)
    with pytest.raises(FileMissing), blobs.lend(name):
        pass


def test_a_discarded_blob_is_gone_and_discarding_twice_is_nothing(blobs):
    blob = blobs.put_bytes(b"x")
    blobs.discard(blob)
    blobs.discard(blob)
    assert not blobs.has(blob)
    with pytest.raises(FileMissing):
        blobs.read(blob)


def test_fresh_blobs_are_not_offered_to_the_search_for_orphans(blobs):
    blobs.put_bytes(b"new")
    assert list(blobs.names()) == []
    blobs.sweep_inbox()


def test_many_may_put_the_same_at_once(blobs):
    threads = [threading.Thread(target=blobs.put_bytes, args=(b"the same",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert blobs.read(hashlib.sha256(b"the same").hexdigest()) == b"the same"


def test_a_store_keeps_the_name_that_it_was_given_first(blobs, place):
    assert blobs.identity("first") == "first"
    assert open_blobs(place).identity("second") == "first"
    assert list(blobs.names()) == []


def test_a_worker_refuses_another_store_than_the_servers(blobs, place, tmp_path):
    (tmp_path / "database").mkdir()
    with fresh_database(tmp_path / "database") as database:
        check_store(database, blobs)  # no server has claimed one yet
        claim_store(database, blobs)
        claim_store(database, blobs)
        check_store(database, open_blobs(place))
        elsewhere = open_blobs(BlobPlace(f"file://{tmp_path / 'elsewhere'}", tmp_path))
        with pytest.raises(BlobStoreElsewhere):
            check_store(database, elsewhere)

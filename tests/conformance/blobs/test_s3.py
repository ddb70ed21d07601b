"""What only a store on another machine has: refusals, breaks, uploads in parts, wrong content."""

from __future__ import annotations

import hashlib
import socket
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from clipsight.errors import BlobStoreRefused, BlobStoreUnavailable, FileMissing
from clipsight.store import s3
from clipsight.store.s3 import Bucket, S3BlobStore
from clipsight.testing.s3 import REGION


@pytest.fixture
def where(bucket, endpoint) -> Bucket:
    return Bucket(bucket, "clips/", endpoint, REGION)


@pytest.fixture
def blobs(where, tmp_path) -> S3BlobStore:
    return S3BlobStore(where, tmp_path / "transit")


def keys(client, bucket: str) -> list[str]:
    return [found["Key"] for found in client.list_objects_v2(Bucket=bucket).get("Contents", ())]


def later(monkeypatch, seconds: float) -> None:
    """As if so much time had passed."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) + timedelta(seconds=seconds)

    monkeypatch.setattr(s3, "datetime", Clock)


def test_objects_lie_below_the_prefix(blobs, client, bucket):
    blob = blobs.put_bytes(b"x")
    assert keys(client, bucket) == [f"clips/{blob[:2]}/{blob}"]


def test_a_large_file_goes_up_in_parts(blobs, client, bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(s3, "PART_BYTES", 5 << 20)
    content = bytes(range(256)) * (11 << 12)  # 11 MiB
    (tmp_path / "large").write_bytes(content)
    blob = S3BlobStore(blobs._bucket, tmp_path / "transit").put_file(tmp_path / "large")
    tag = client.head_object(Bucket=bucket, Key=f"clips/{blob[:2]}/{blob}")["ETag"]
    assert tag.strip('"').endswith("-3")
    with blobs.lend(blob) as lent:
        assert hashlib.sha256(lent.read_bytes()).hexdigest() == blob
        assert lent.is_relative_to(tmp_path / "transit")
    assert not any((tmp_path / "transit").iterdir())


def test_a_half_object_is_put_again(blobs, client, bucket):
    blob = hashlib.sha256(b"whole").hexdigest()
    client.put_object(Bucket=bucket, Key=f"clips/{blob[:2]}/{blob}", Body=b"who")
    assert blobs.put_bytes(b"whole") == blob
    assert blobs.read(blob) == b"whole"


def test_an_object_that_is_not_what_its_name_says_is_missing(blobs, client, bucket):
    blob = blobs.put_bytes(b"right")
    client.put_object(Bucket=bucket, Key=f"clips/{blob[:2]}/{blob}", Body=b"wrong")
    with pytest.raises(FileMissing):
        blobs.read(blob)
    with pytest.raises(FileMissing), blobs.lend(blob):
        pass


def test_only_old_objects_of_ours_are_offered_to_the_search_for_orphans(blobs, client, bucket, monkeypatch):
    old = blobs.put_bytes(b"old")
    blobs.identity("mark")
    client.put_object(Bucket=bucket, Key="clips/README", Body=b"")
    client.put_object(Bucket=bucket, Key="elsewhere/" + "0" * 64, Body=b"")
    client.put_object(Bucket=bucket, Key="clips/deeper/00/" + "0" * 64, Body=b"")
    assert list(blobs.names()) == []
    later(monkeypatch, 2 * 3600)
    assert list(blobs.names()) == [old]


def test_putting_again_makes_an_object_young(blobs, client, bucket, monkeypatch):
    blob = blobs.put_bytes(b"again")
    copies = []
    real = blobs._client.copy_object
    blobs._client.copy_object = lambda **named: (copies.append(named), real(**named))
    blobs.put_bytes(b"again")
    assert copies == []
    later(monkeypatch, 2 * 3600)
    blobs.put_bytes(b"again")
    assert len(copies) == 1
    assert blobs.read(blob) == b"again"


def test_unfinished_uploads_of_the_dead_are_ended(blobs, client, bucket, monkeypatch):
    client.create_multipart_upload(Bucket=bucket, Key="clips/00/half")
    later(monkeypatch, -30 * 365 * 24 * 3600)  # to this service all uploads began in 2010
    blobs.sweep_inbox()
    assert len(client.list_multipart_uploads(Bucket=bucket)["Uploads"]) == 1
    later(monkeypatch, 0)
    blobs.sweep_inbox()
    assert "Uploads" not in client.list_multipart_uploads(Bucket=bucket)


def test_a_bucket_that_is_not_there_is_refused(where, tmp_path):
    nowhere = S3BlobStore(replace(where, name="no-such-bucket"), tmp_path)
    with pytest.raises(BlobStoreRefused):
        nowhere.put_bytes(b"x")
    with pytest.raises(BlobStoreRefused):
        nowhere.identity("x")


def test_missing_credentials_are_refused(where, tmp_path, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    with pytest.raises(BlobStoreRefused):
        S3BlobStore(where, tmp_path).put_bytes(b"x")


def test_a_service_that_does_not_answer_is_told_as_passing(where, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    gone = S3BlobStore(replace(where, endpoint=f"http://127.0.0.1:{port}"), tmp_path)
    with pytest.raises(BlobStoreUnavailable):
        gone.put_bytes(b"x")


def test_a_download_that_breaks_off_is_tried_again_and_given_up(where, tmp_path):
    """Against a service that promises more than it sends."""
    asked = []

    def serve(listening: socket.socket) -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(65_536))
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nConnection: close\r\n\r\nhalf")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        broken = S3BlobStore(replace(where, endpoint=f"http://127.0.0.1:{listening.getsockname()[1]}"), tmp_path)
        with pytest.raises(BlobStoreUnavailable):
            broken.read("0" * 64)
        listening.shutdown(socket.SHUT_RDWR)
    assert len(asked) == s3.TRIES


def test_the_time_of_the_tests_is_the_services(client, bucket):
    client.put_object(Bucket=bucket, Key="now", Body=b"")
    made = client.head_object(Bucket=bucket, Key="now")["LastModified"]
    assert abs(datetime.now(UTC) - made) < timedelta(minutes=1)

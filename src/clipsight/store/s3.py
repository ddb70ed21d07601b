"""Blobs on any store that speaks the S3 protocol, for installations of several machines.

An object is there completely or not at all: the protocol makes an upload visible when it is over. A reader gets a file of
its own, checked against the SHA-256 in its name while it arrives.
"""

from __future__ import annotations

import hashlib
import logging
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, PartialCredentialsError
from urllib3.exceptions import HTTPError

from clipsight.errors import BlobStoreRefused, BlobStoreUnavailable, FileMissing
from clipsight.store.blobs import BLOCK, LOST_AFTER, MARKER, hash_file, is_name, sweep

log = logging.getLogger(__name__)

CONNECT_SECONDS, READ_SECONDS = 5, 30  # for one try
TRIES = 4  # of a request, by the library; and of a download that broke off, by us
PART_BYTES = 64 << 20  # larger files go up in parts of this size, so that a break costs one part
CONNECTIONS = 32  # a worker has a thread per step, the API one per request
SERVER_FAILS = 500  # statuses from here on are not the request's fault

_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_PASSING = frozenset({"SlowDown", "RequestTimeout", "RequestTimeTooSkewed", "InternalError", "ServiceUnavailable"})


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where the objects are. Credentials come from the standard variables and files of AWS.

    Attributes:
        name: of the bucket.
        prefix: what all names begin with; empty or ending with a slash.
        endpoint: address of the service; None for Amazon's.
        region: None for what the AWS configuration says.
    """

    name: str
    prefix: str = ""
    endpoint: str | None = None
    region: str | None = None


class S3BlobStore:
    """:class:`clipsight.store.blobs.BlobStore` in a bucket. ``transit`` holds files on their way, on this machine."""

    def __init__(self, bucket: Bucket, transit: Path) -> None:
        self._bucket = bucket
        self._transit = transit
        transit.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._client: Any = _client(bucket)
        self._transfer = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False)

    @contextmanager
    def workplace(self) -> Generator[Path]:
        with tempfile.TemporaryDirectory(dir=self._transit) as folder:
            yield Path(folder)

    def put_bytes(self, content: bytes) -> str:
        blob = hashlib.sha256(content).hexdigest()
        if not self._touch(blob, len(content)):
            with _told():
                self._client.put_object(**self._at(blob), Body=content)
        return blob

    def put_file(self, path: Path, blob: str | None = None) -> str:
        blob = blob or hash_file(path)
        size = path.stat().st_size
        if not self._touch(blob, size):
            with _told():
                self._client.upload_file(str(path), self._bucket.name, self._key(blob), Config=self._transfer)
            if not self._touch(blob, size):
                raise BlobStoreUnavailable  # it took the file and has less than that
        return blob

    @contextmanager
    def lend(self, blob: str) -> Generator[Path]:
        with self.workplace() as folder:
            path = folder / "content"
            with path.open("wb") as file:
                self._fetch(blob, file)
            yield path

    def has(self, blob: str) -> bool:
        return is_name(blob) and self._head(blob) is not None

    def read(self, blob: str) -> bytes:
        with tempfile.TemporaryFile(dir=self._transit) as file:
            self._fetch(blob, file)
            file.seek(0)
            return file.read()

    def discard(self, blob: str) -> None:
        with _told():
            self._client.delete_object(**self._at(blob))

    def names(self) -> Iterator[str]:
        before = datetime.now(UTC) - timedelta(seconds=LOST_AFTER)
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket.name, Prefix=self._bucket.prefix)
        with _told():
            for page in pages:
                for found in page.get("Contents", ()):
                    name = str(found["Key"]).rpartition("/")[2]
                    if is_name(name) and self._key(name) == found["Key"] and found["LastModified"] < before:
                        yield name

    def sweep_inbox(self) -> None:
        """Remove files on their way that a dead process left, here and as unfinished uploads in the bucket."""
        sweep(self._transit)
        before = datetime.now(UTC) - timedelta(seconds=LOST_AFTER)
        with _told():
            answer = self._client.list_multipart_uploads(Bucket=self._bucket.name, Prefix=self._bucket.prefix)
            for upload in answer.get("Uploads", ()):
                if upload["Initiated"] < before:
                    self._client.abort_multipart_upload(
                        Bucket=self._bucket.name, Key=upload["Key"], UploadId=upload["UploadId"]
                    )

    def identity(self, fresh: str) -> str:
        where = {"Bucket": self._bucket.name, "Key": self._bucket.prefix + MARKER}
        with _told():
            try:
                return self._client.get_object(**where)["Body"].read().decode()
            except ClientError as error:
                if _code(error) not in _MISSING:
                    raise
            self._client.put_object(**where, Body=fresh.encode())
            return self._client.get_object(**where)["Body"].read().decode()

    def _fetch(self, blob: str, file: BinaryIO) -> None:
        """Write the object to the file. A connection that breaks off is tried again from the start.

        Raises:
            FileMissing: there is no such object, or it is not what its name says.
        """
        where = self._at(blob)
        for last in [False] * (TRIES - 1) + [True]:
            file.seek(0)
            file.truncate()
            digest = hashlib.sha256()
            try:
                with _told():
                    body = self._client.get_object(**where)["Body"]
                    for block in body.iter_chunks(BLOCK):
                        digest.update(block)
                        file.write(block)
            except BlobStoreUnavailable:
                if last:
                    raise
                continue
            if digest.hexdigest() != blob:
                log.error("an object of the blob store is not what its name says: %s", blob)
                raise FileMissing
            file.flush()
            return

    def _touch(self, blob: str, size: int) -> bool:
        """Whether the object is there in this size. Its age starts again, so that a search for orphans leaves it alone."""
        head = self._head(blob)
        if head is None or head["ContentLength"] != size:
            return False
        if datetime.now(UTC) - head["LastModified"] > timedelta(seconds=LOST_AFTER / 2):
            where = self._at(blob)
            try:
                with _told():
                    self._client.copy_object(**where, CopySource=where, MetadataDirective="REPLACE")
            except FileMissing:
                return False
        return True

    def _head(self, blob: str) -> dict[str, Any] | None:
        try:
            with _told():
                return self._client.head_object(**self._at(blob))
        except FileMissing:
            return None

    def _at(self, blob: str) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": self._key(blob)}

    def _key(self, blob: str) -> str:
        if not is_name(blob):
            raise FileMissing
        return f"{self._bucket.prefix}{blob[:2]}/{blob}"


def _client(bucket: Bucket) -> Any:
    config = Config(
        retries={"mode": "standard", "total_max_attempts": TRIES},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=CONNECTIONS,
        # Names of buckets below the host need DNS that services of one's own rarely have.
        s3={"addressing_style": "path" if bucket.endpoint else "auto"},
        # Services other than Amazon's do not all know the newer checksums; our names are checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    try:
        session: Any = boto3.Session()
        client: Any = session.client("s3", endpoint_url=bucket.endpoint, region_name=bucket.region, config=config)
    except (BotoCoreError, ValueError) as error:
        raise BlobStoreRefused from error
    return client


@contextmanager
def _told() -> Generator[None]:
    """What the library raises, in our words.

    Raises:
        FileMissing: there is no such object.
        BlobStoreUnavailable: later it may work.
        BlobStoreRefused: it will not.
    """
    try:
        yield
    except ClientError as error:
        if _code(error) in _MISSING:
            raise FileMissing from error
        response: Any = error.response
        failing = int(response["ResponseMetadata"]["HTTPStatusCode"]) >= SERVER_FAILS
        raise (BlobStoreUnavailable if failing or _code(error) in _PASSING else BlobStoreRefused) from error
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise BlobStoreRefused from error
    except (BotoCoreError, Boto3Error, HTTPError) as error:
        raise BlobStoreUnavailable from error


def _code(error: ClientError) -> str:
    response: Any = error.response
    return str(response["Error"]["Code"])

"""Which store of files a setting means, and whether it is the one that this database belongs to."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from clipsight.errors import BlobStoreElsewhere
from clipsight.store.blobs import BlobStore, FileBlobStore
from clipsight.store.database import Database
from clipsight.store.marks import read_mark, write_mark

STORE_MARK = "blob-store"


@dataclass(frozen=True, slots=True)
class BlobPlace:
    """
    Attributes:
        url: ``file:///folder`` or ``s3://bucket/prefix``.
        transit: folder on this machine for files on their way to and from another one.
        endpoint: address of the S3 service; None for Amazon's.
        region: of the bucket; None for what the AWS configuration says.
    """

    url: str
    transit: Path
    endpoint: str | None = None
    region: str | None = None


def open_blobs(place: BlobPlace) -> BlobStore:
    """The store at a place; nothing is asked of it yet."""
    parts = urlsplit(place.url)
    if parts.scheme == "file":
        return FileBlobStore(Path(parts.path))
    from clipsight.store.s3 import Bucket, S3BlobStore  # noqa: PLC0415 - takes a second to load, and few need it

    prefix = parts.path.strip("/")
    bucket = Bucket(parts.netloc, f"{prefix}/" if prefix else "", place.endpoint, place.region)
    return S3BlobStore(bucket, place.transit)


def claim_store(database: Database, blobs: BlobStore) -> None:
    """Say that this database's files are in this store. Done by the process that serves, before any other starts.

    Raises:
        BlobStoreUnavailable, BlobStoreRefused: the store cannot be used.
    """
    identity = blobs.identity(secrets.token_hex(16))
    with database.writing() as connection:
        write_mark(connection, STORE_MARK, identity)


def check_store(database: Database, blobs: BlobStore) -> None:
    """Refuse a store that is not the one that was claimed: a folder on another machine has the same path and other files.

    Raises:
        BlobStoreElsewhere: it is another one.
        BlobStoreUnavailable, BlobStoreRefused: it cannot be used.
    """
    with database.reading() as connection:
        claimed = read_mark(connection, STORE_MARK)
    if claimed is not None and blobs.identity(secrets.token_hex(16)) != claimed:
        raise BlobStoreElsewhere

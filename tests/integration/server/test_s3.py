"""The whole server over files in a bucket."""

from __future__ import annotations

import os

import pytest

from clipsight.testing.s3 import CREDENTIALS, REGION, s3_client, s3_server
from clipsight.testing.server import TestServer
from clipsight.testing.work import KEYFRAME

pytestmark = pytest.mark.slow


def test_files_of_jobs_live_in_the_bucket(tmp_path, clip, monkeypatch):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with s3_server() as endpoint:
        client = s3_client(endpoint)
        client.create_bucket(Bucket="clips")

        def objects() -> list[bytes]:
            found = client.list_objects_v2(Bucket="clips", Prefix="one/").get("Contents", ())
            return [client.get_object(Bucket="clips", Key=each["Key"])["Body"].read() for each in found]

        settings = {
            "CLIPSIGHT_BLOB_URL": "s3://clips/one",
            "CLIPSIGHT_S3_ENDPOINT": endpoint,
            "CLIPSIGHT_S3_REGION": REGION,
        }
        with TestServer(tmp_path, settings) as server:
            submitted = server.submit(clip.link)
            assert server.outcome(submitted)["status"] == "success"
            uploaded = server.upload(b"bytes of a film")
            assert server.outcome(uploaded)["status"] == "success"
            picture = server.client.get(submitted.json()["pollUrl"] + "/keyframes/k1")
            assert picture.content == KEYFRAME + clip.key.encode()
            assert f"the content of {clip.key}".encode() in objects()
            assert b"bytes of a film" in objects()
            for each in (submitted, uploaded):
                assert server.client.delete(each.json()["pollUrl"]).status_code == 204
            assert len(objects()) == 1, "the name of the store"
            assert not any((server.folder / "data" / "transit").iterdir())
            assert not os.path.exists(server.folder / "data" / "blobs")
            assert CREDENTIALS["AWS_SECRET_ACCESS_KEY"] not in server.log()

"""Batches over HTTP, with real workers."""

from __future__ import annotations

import json

import pytest

from clipsight.edges.rest.jobs.batches import Batch, Item, Items
from clipsight.testing.server import wait_for

pytestmark = pytest.mark.slow


def done(server, batch: str) -> dict | None:
    body = server.client.get(batch).raise_for_status().json()
    Batch.model_validate(body)
    return body if body["status"] != "processing" else None


def test_many_links_at_once(server, clip, other_clip):
    urls = [clip.link, "https://vimeo.com/1", other_clip.link, clip.link]
    submitted = server.client.post(
        "/v1/batches", json={"urls": urls, "format": "recipe"}, headers={"Idempotency-Key": clip.key}
    )
    assert submitted.status_code == 202, submitted.text
    where = submitted.headers["location"]
    again = server.client.post(
        "/v1/batches", json={"urls": urls, "format": "recipe"}, headers={"Idempotency-Key": clip.key}
    )
    assert again.json()["batchId"] == submitted.json()["batchId"]
    body = wait_for(lambda: done(server, where), "the batch")
    assert (body["status"], body["counts"]["success"], body["counts"]["failed"], body["total"]) == ("done", 3, 1, 4)

    answer = server.client.get(body["resultsUrl"])
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line["index"] for line in lines] == [0, 1, 2, 3]
    assert [line["status"] for line in lines] == ["success", "failed", "success", "success"]
    assert lines[0]["result"] == {"made_for": "recipe"}
    assert lines[1]["error_code"] == "unsupported_host"
    for line in lines:
        Item.model_validate({key: value for key, value in line.items() if key != "result"})

    first = server.client.get(body["itemsUrl"], params={"limit": 3}).json()
    Items.model_validate(first)
    assert (len(first["items"]), first["next"]) == (3, 2)
    rest = server.client.get(body["itemsUrl"], params={"after": first["next"]}).json()
    assert ([item["index"] for item in rest["items"]], rest["next"]) == ([3], None)
    assert len(server.calls(f"look {clip.key}")) == 1


def test_a_batch_is_cancelled_and_deleted(server, clip, other_clip):
    server.hold("look")
    where = server.client.post("/v1/batches", json={"urls": [clip.link, other_clip.link]}).headers["location"]
    server.await_call(f"look {clip.key}")
    body = server.client.post(where + "/cancel").json()
    assert (body["status"], body["counts"]["cancelled"]) == ("cancelled", 2)
    server.await_call(f"cancelled look {clip.key}")
    assert server.client.delete(where).status_code == 204
    assert server.client.get(where).status_code == 404


def test_what_is_refused(server):
    for body in ({}, {"urls": []}, {"urls": ["a"] * 1001}, {"urls": [1]}, {"urls": ["a\nb"]}, {"urls": "a"}):
        answer = server.client.post("/v1/batches", json=body)
        assert answer.status_code == 400, body
        assert set(answer.json()) == {"error", "code"}
    assert server.client.get("/v1/batches/none").status_code == 404

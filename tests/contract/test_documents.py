"""What the server says about itself holds: valid documents, every refusal described, a page that contacts nobody else."""

from __future__ import annotations

import re

import jsonschema
import openapi_spec_validator
import pytest
import yaml
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from clipsight.edges.rest.openapi30 import to_openapi_30
from clipsight.formats.registry import all_formats, json_schema

METHODS = {"get", "post", "delete", "put", "patch"}


@pytest.fixture(scope="module")
def document(server) -> dict:
    return server.client.get("/openapi.json").json()


def operations(document: dict):
    for path, item in document["paths"].items():
        for method in METHODS & set(item):
            yield path, method, item[method]


def test_the_document_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    openapi_spec_validator.validate(document, cls=OpenAPIV31SpecValidator)


def test_the_older_document_is_openapi_3_0_and_says_the_same(server, document):
    answer = server.client.get("/docs/openapi.yaml")
    assert answer.headers["content-type"] == "application/yaml"
    older = yaml.safe_load(answer.text)
    assert older["openapi"].startswith("3.0")
    openapi_spec_validator.validate(older, cls=OpenAPIV30SpecValidator)
    assert older == to_openapi_30(document)
    assert set(older["paths"]) == set(document["paths"])
    assert set(older["components"]["schemas"]) == set(document["components"]["schemas"])
    for (path, method, new), (_, _, old) in zip(operations(document), operations(older), strict=True):
        assert {status: set(answer.get("content", {})) for status, answer in new["responses"].items()} == {
            status: set(answer.get("content", {})) for status, answer in old["responses"].items()
        }, (method, path)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, {"type": "string", "nullable": True}),
        ({"anyOf": [{"$ref": "#/a"}, {"type": "null"}]}, {"allOf": [{"$ref": "#/a"}], "nullable": True}),
        ({"type": ["integer", "null"]}, {"type": "integer", "nullable": True}),
        ({"type": ["integer", "string"]}, {"anyOf": [{"type": "integer"}, {"type": "string"}]}),
        ({"const": "x"}, {"enum": ["x"], "type": "string"}),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"$ref": "#/a", "description": "d"}, {"allOf": [{"$ref": "#/a"}], "description": "d"}),
        ({"type": "array", "prefixItems": [{"type": "number"}] * 4}, {"type": "array", "items": {"type": "number"}}),
        ({"properties": {"const": {"const": 1}}}, {"properties": {"const": {"enum": [1], "type": "integer"}}}),
        ({"examples": ["a", "b"]}, {"example": "a"}),
    ],
)
def test_schemas_in_the_words_of_3_0(new, old):
    given = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}, "components": {"schemas": {"A": new}}}
    assert to_openapi_30(given)["components"]["schemas"]["A"] == old


def test_every_refusal_is_described_with_its_media_types_and_an_example(document):
    for path, method, operation in operations(document):
        if not path.startswith(("/v1/", "/api/")):
            continue
        responses = operation["responses"]
        assert "HTTPValidationError" not in str(responses)
        assert {"401", "403", "500"} <= set(responses), (method, path)
        for status, response in responses.items():
            if status >= "400":
                assert set(response["content"]) == {"application/json", "application/problem+json"}, (method, path, status)
                assert response["content"]["application/json"]["examples"]
                assert response["description"]


@pytest.mark.parametrize("path", ["/v1/jobs", "/api/v1/reels/analyze", "/v1/batches"])
def test_refusals_of_a_submit_over_a_limit_or_sent_twice(document, path):
    responses = document["paths"][path]["post"]["responses"]
    assert set(responses["429"]["headers"]) == {"Retry-After", "RateLimit", "RateLimit-Policy"}
    (example,) = responses["429"]["content"]["application/json"]["examples"].values()
    assert example["value"]["code"] == "too_many_requests"
    if path.startswith("/api/"):
        assert example["value"]["message"] == "Rate limit exceeded"
    assert "Idempotency-Key" in responses["409"]["description"]
    assert ("422" in responses) == (path != "/v1/batches")


def test_examples_are_what_the_schemas_allow(document):
    definitions = {"components": document["components"]}
    checked = 0
    for path, method, operation in operations(document):
        bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
        for body in bodies:
            for media in body.get("content", {}).values():
                for name, example in media.get("examples", {}).items():
                    jsonschema.validate(example["value"], {**media["schema"], **definitions}), (method, path, name)
                    checked += 1
    assert checked > 50


@pytest.mark.parametrize("known", all_formats(), ids=lambda known: known.slug)
def test_every_format_has_its_example(document, known):
    submit = document["paths"]["/v1/jobs"]["post"]
    assert known.slug in submit["requestBody"]["content"]["application/json"]["examples"]
    example = submit["responses"]["200"]["content"]["application/json"]["examples"][known.slug]["value"]
    jsonschema.validate(example["result"], json_schema(known.slug))


def test_a_submit_leads_to_its_polls(document):
    ids = {operation["operationId"] for _, _, operation in operations(document)}
    for path, status in (("/v1/jobs", "200"), ("/v1/jobs", "202"), ("/api/v1/reels/analyze", "202")):
        links = document["paths"][path]["post"]["responses"][status]["links"]
        assert links
        assert {link["operationId"] for link in links.values()} <= ids


def test_the_page_contacts_nobody_else(server):
    page = server.client.get("/docs/index.html")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert not re.search(r"https?:", page.text + policy)
    assert "<script>" not in page.text
    used = re.findall(r'(?:src|href)="(swagger/[^"]+)"', page.text)
    assert len(used) == 3
    for name in used:
        answer = server.client.get(f"/docs/{name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(("text/javascript", "text/css"))
        assert not re.search(r"@import|url\(['\"]?https?:", answer.text[:2_000_000]) or name.endswith(".js")

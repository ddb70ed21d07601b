"""OpenAPI 3.0 from OpenAPI 3.1, for tools that do not read the newer one; and YAML, as its address promises.

Schemas of 3.1 are JSON Schema 2020-12, those of 3.0 an older dialect: ``null`` becomes ``nullable``, ``const`` an ``enum``
of one, exclusive bounds become flags, what cannot be said is left out, which only ever widens a schema.
"""

from __future__ import annotations

import json
from typing import Any, cast

_UNSAYABLE = ("$schema", "$id", "$defs", "propertyNames", "patternProperties", "unevaluatedProperties", "contentMediaType")
_TYPE_OF = {str: "string", bool: "boolean", int: "integer", float: "number"}


def to_openapi_30(document: dict[str, Any]) -> dict[str, Any]:
    """A new document; the given one is not changed."""
    older = _walk(
        {key: value for key, value in document.items() if key not in {"openapi", "webhooks", "jsonSchemaDialect"}}
    )
    info: dict[str, Any] = dict(older["info"])
    summary = info.pop("summary", None)
    if summary:
        info.setdefault("description", summary)
    return {"openapi": "3.0.3", **older, "info": info}


def _walk(value: Any) -> Any:
    """Everything outside schemas stays as it is."""
    if isinstance(value, list):
        return [_walk(item) for item in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, inner in cast("dict[str, Any]", value).items():
        if key == "schema":
            found[key] = _schema(inner)
        elif key == "schemas":
            found[key] = {name: _schema(schema) for name, schema in inner.items()}
        elif key in {"example", "examples"}:
            found[key] = inner
        else:
            found[key] = _walk(inner)
    return found


def _schema(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    given = cast("dict[str, Any]", schema)
    found = {key: value for key, value in given.items() if key not in _UNSAYABLE}
    for key in ("properties",):
        if key in found:
            found[key] = {name: _schema(inner) for name, inner in found[key].items()}
    for key in ("items", "additionalProperties", "not"):
        if key in found:
            found[key] = _schema(found[key])
    for key in ("anyOf", "oneOf", "allOf"):
        if key in found:
            found[key] = [_schema(inner) for inner in found[key]]
    _fixed_value(found)
    _tuple(found)
    _bounds(found)
    _nullable(found)
    if "$ref" in found and len(found) > 1:  # in 3.0 whatever stands beside a reference is ignored
        found["allOf"] = [{"$ref": found.pop("$ref")}, *found.get("allOf", [])]
    return found


def _fixed_value(found: dict[str, Any]) -> None:
    if "const" in found:
        value = found.pop("const")
        found["enum"] = [value]
        if type(value) in _TYPE_OF:
            found.setdefault("type", _TYPE_OF[type(value)])
    if "examples" in found:
        examples = found.pop("examples")
        if examples:
            found.setdefault("example", examples[0])


def _tuple(found: dict[str, Any]) -> None:
    if "prefixItems" in found:
        kinds = [_schema(inner) for inner in found.pop("prefixItems")]
        different = [kind for index, kind in enumerate(kinds) if kind not in kinds[:index]]
        found["items"] = different[0] if len(different) == 1 else {"anyOf": different}
    elif found.get("type") == "array":
        found.setdefault("items", {})


def _bounds(found: dict[str, Any]) -> None:
    for plain, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if exclusive in found and not isinstance(found[exclusive], bool):
            found[plain], found[exclusive] = found[exclusive], True


def _nullable(found: dict[str, Any]) -> None:
    kinds = found.get("type")
    if isinstance(kinds, list):
        names = [kind for kind in cast("list[str]", kinds) if kind != "null"]
        if "null" in kinds:
            found["nullable"] = True
        found.pop("type")
        if len(names) == 1:
            found["type"] = names[0]
        else:
            found["anyOf"] = [{"type": name} for name in names]
    null = {"type": "null"}
    for key in ("anyOf", "oneOf"):
        if null in found.get(key, []):
            rest: list[dict[str, Any]] = [inner for inner in found.pop(key) if inner != null]
            found["nullable"] = True
            if len(rest) > 1:
                found[key] = rest
            elif "$ref" in rest[0]:
                found["allOf"] = rest
            else:
                found |= {name: value for name, value in rest[0].items() if name not in found}


def to_yaml(value: Any, indent: int = 0) -> str:
    """Block YAML 1.2 whose keys and scalars are written as JSON, which every reader of YAML takes."""
    pad = "  " * indent
    if isinstance(value, dict) and value:
        items = cast("dict[str, Any]", value).items()
        return "".join(f"{pad}{json.dumps(key)}:{_nested(inner, indent)}" for key, inner in items)
    if isinstance(value, list) and value:
        return "".join(f"{pad}-{_nested(inner, indent)}" for inner in cast("list[Any]", value))
    return f"{pad}{json.dumps(value, ensure_ascii=False)}\n"


def _nested(value: Any, indent: int) -> str:
    if isinstance(value, dict | list) and value:
        return "\n" + to_yaml(value, indent + 1)
    return " " + json.dumps(value, ensure_ascii=False) + "\n"

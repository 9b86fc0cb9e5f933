"""The shipped JSON Schema is the derived one, and what is written fits it."""

import json
from pathlib import Path

import pytest

import crawler
from crawler.exporters.jsonl.jsonschema import as_text, json_schema

from .made import full_remark, remark

SHIPPED = Path(crawler.__file__).parent / "data" / "remarks.schema.json"
NOTES = {"$schema", "title", "description"}
TYPES = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def faults(value, schema, where="line"):
    """What does not fit. Knows the few words that our schema uses, and refuses any other."""
    unknown = schema.keys() - NOTES - {"type", "properties", "required", "additionalProperties", "items", "const"}
    assert not unknown, f"{where}: the check does not know {unknown}"
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if isinstance(value, bool) != (kinds == ["boolean"]) or not isinstance(value, tuple(TYPES[kind] for kind in kinds)):
        return [f"{where}: {type(value).__name__}"]
    found = [f"{where}: not {schema['const']}"] if value != schema.get("const", value) else []
    if isinstance(value, dict):
        properties = schema["properties"]
        assert schema["additionalProperties"] is False
        found += [f"{where}: {name} is missing" for name in schema["required"] if name not in value]
        found += [f"{where}: {name} is unknown" for name in value.keys() - properties.keys()]
        for name in value.keys() & properties.keys():
            found += faults(value[name], properties[name], f"{where}.{name}")
    if isinstance(value, list):
        for number, item in enumerate(value):
            found += faults(item, schema["items"], f"{where}[{number}]")
    return found


def test_shipped_is_derived():
    """If this fails: python -m crawler.exporters.jsonl.jsonschema > crawler/data/remarks.schema.json"""
    assert SHIPPED.read_text("utf-8") == as_text()


@pytest.mark.parametrize("page", [full_remark(), remark(), remark((), title=None, date=None, type=None, wp_id=None)])
def test_what_is_written_fits(box, page):
    box.save(page)
    box.publish()
    (line,) = box.lines()
    assert faults(line, json_schema()) == []
    assert list(line) == list(json_schema()["properties"])


def test_the_check_can_fail(box):
    box.save(full_remark())
    box.publish()
    (line,) = box.lines()
    line |= {"schema_version": 1, "tags": ["a", 1], "more": 1, "word_count": "9"}
    del line["status"]
    line["utterances"][0]["comments"][0]["offset"] = "3"
    assert sorted(faults(line, json_schema())) == [
        "line.schema_version: not 2",
        "line.tags[1]: int",
        "line.utterances[0].comments[0].offset: str",
        "line.word_count: str",
        "line: more is unknown",
        "line: status is missing",
    ]


def test_every_field_is_told(box):
    undescribed = [name for name, field in json_schema()["properties"].items() if "description" not in field]
    assert undescribed == ["schema_version", "host", "tags", "template", "utterances"]
    assert json.loads(as_text())["required"] == list(json_schema()["properties"])

"""Step 9: the JSON Schema of remarks.jsonl, derived from items.RemarkLine.

`python -m crawler.exporters.jsonl.jsonschema` prints it; what it prints is shipped as crawler/data/remarks.schema.json,
and a test compares the two.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from itemadapter import ItemAdapter

from crawler.exporters.sqlite.rows import SCHEMA_VERSION
from crawler.items import RemarkLine


def json_schema() -> dict[str, Any]:
    """Of one line."""
    derived = ItemAdapter.get_json_schema(RemarkLine)
    derived["properties"]["schema_version"] |= {"const": SCHEMA_VERSION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of remarks.jsonl",
        "description": "A remark as of one revision. The newest line of an id counts.",
    } | derived


def as_text() -> str:
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_text())

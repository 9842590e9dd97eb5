"""The JSON Schema of a mapping file, for editors.

`python -m syncd.mapping.schema` prints it; `mappings/_schema/mapping.schema.json` holds it,
and a test says when that is stale.
"""

from __future__ import annotations

import json
import sys

from syncd.mapping.model import FileModel

__all__ = ["schema_text"]


def schema_text() -> str:
    """The schema as JSON text, the same every time."""
    schema = FileModel.model_json_schema(by_alias=True)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "syncd mapping file",
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(schema_text())

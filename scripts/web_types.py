#!/usr/bin/env python3
"""The dashboard's types of what the API takes and gives, from docs/openapi.json: scripts/web_types.py [--check].

Writes Web/src/wire/contract.ts, or says whether it is up to date.
"""

import json
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs/openapi.json"
TYPES = ROOT / "Web/src/wire/contract.ts"
HEADER = "/** What the HTTP API takes and gives. Made by scripts/web_types.py: not to be edited. */\n"
INDENT = "  "


def typed(schema, depth=0):
    """The TypeScript type of a schema."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[1]
    if "anyOf" in schema:
        return " | ".join(typed(choice, depth) for choice in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(f"'{value}'" for value in schema["enum"])
    kind = schema.get("type")
    if kind in ("integer", "number"):
        return "number"
    if kind == "array":
        item = typed(schema["items"], depth)
        return f"({item})[]" if " | " in item else f"{item}[]"
    if kind == "object":
        if "properties" not in schema:
            return f"Record<string, {typed(schema['additionalProperties'], depth)}>"
        return members(schema, depth)
    return {"string": "string", "boolean": "boolean", "null": "null"}.get(kind, "unknown")


def members(schema, depth):
    inner = INDENT * (depth + 1)
    lines = ["{"]
    required = schema.get("required", [])
    for name, property in schema["properties"].items():
        if "description" in property:
            lines.append(f"{inner}/** {property['description']}. */")
        lines.append(f"{inner}{name}{'' if name in required else '?'}: {typed(property, depth + 1)};")
    if schema.get("additionalProperties", True) is not False:
        lines.append(f"{inner}[name: string]: unknown;")
    return "\n".join([*lines, f"{INDENT * depth}}}"])


def types(document):
    parts = [HEADER]
    for name, schema in sorted(document["components"]["schemas"].items()):
        text = typed(schema)
        plain = schema.get("type") == "object" and "properties" in schema
        parts.append(f"export interface {name} {text}\n" if plain else f"export type {name} = {text};\n")
    return "\n".join(parts)


def main():
    text = types(json.loads(DOCUMENT.read_text()))
    if sys.argv[1:] == ["--check"]:
        if not TYPES.exists() or TYPES.read_text() != text:
            sys.exit(f"{TYPES.relative_to(ROOT)} is not what docs/openapi.json says: run scripts/web_types.py")
    else:
        TYPES.write_text(text)


if __name__ == "__main__":
    main()

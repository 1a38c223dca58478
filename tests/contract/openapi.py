"""Requests and replies against GitHub's own description of its interface (github-openapi.json says where it comes from)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from flakebot.standin.exchange import Call, Reply

DOCUMENT = Path(__file__).with_name("github-openapi.json")


def nullable(node: Any) -> Any:
    """Return a schema of OpenAPI 3.0 as a JSON Schema: `nullable` is a word of its own there."""
    if isinstance(node, list):
        return [nullable(one) for one in node]
    if not isinstance(node, dict):
        return node
    schema = {name: nullable(value) for name, value in node.items() if name != "nullable"}
    return {"anyOf": [schema, {"type": "null"}]} if node.get("nullable") is True else schema


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    document: dict[str, Any] = nullable(json.loads(DOCUMENT.read_text(encoding="utf-8")))
    return document


@cache
def validator(pointer: str) -> Draft202012Validator:
    document = description()
    return Draft202012Validator({"$ref": f"#{pointer}", "components": document["components"], "paths": document["paths"]})


def operation(method: str, path: str) -> str:
    """Return the pointer of an operation, "" for one that is not described."""
    for template, methods in description()["paths"].items():
        pattern = re.sub(r"\{(\w+)\}", lambda name: ".+" if name[1] == "path" else "[^/]+", template)
        if re.fullmatch(pattern, path) and method.lower() in methods:
            return f"/paths/{template.replace('~', '~0').replace('/', '~1')}/{method.lower()}".replace("{", "%7B").replace("}", "%7D")
    return ""


def resolve(pointer: str) -> Any:
    node: Any = description()
    for part in pointer.replace("%7B", "{").replace("%7D", "}").split("/")[1:]:
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


@dataclass
class Inspection:
    """Collects what is not as GitHub describes it."""

    checked: set[tuple[str, int]] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)

    def __call__(self, call: Call, reply: Reply) -> None:
        if reply.raw is not None or not call.path.startswith("/repos/") or reply.status >= 500:
            return
        pointer = operation(call.method, call.path)
        where = f"{call.method} {call.path} {reply.status}"
        if not pointer:
            self.problems += [] if call.method == "DELETE" else [f"{where}: not described"]
            return
        self.checked.add((pointer.replace("~1", "/"), reply.status))
        if call.body and reply.status < 300:
            self._check(f"{where}: request", f"{pointer}/requestBody/content/application~1json/schema", json.loads(call.body))
        self._check_reply(where, pointer, reply)

    def _check_reply(self, where: str, pointer: str, reply: Reply) -> None:
        answers = resolve(pointer)["responses"]
        if reply.status >= 400:
            kinds = ("basic-error", "validation-error", "validation-error-simple")
            if not any(validator(f"/components/schemas/{kind}").is_valid(reply.value) for kind in kinds):
                self.problems.append(f"{where}: no error of GitHub's: {reply.value}")
        elif str(reply.status) not in answers:
            self.problems.append(f"{where}: this status is not described")
        elif reply.status != 204:
            schema = f"{pointer}/responses/{reply.status}/content/application~1json/schema"
            if "application/json" not in answers[str(reply.status)]["content"]:
                schema = schema.replace("application~1json", "application~1vnd.github.object")
            self._check(f"{where}: reply", schema, json.loads(reply.content()))

    def _check(self, where: str, pointer: str, value: Any) -> None:
        for error in validator(pointer).iter_errors(value):
            self.problems.append(f"{where}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")

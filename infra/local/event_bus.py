"""The event bus from SES to the feedback queue, by the rules of `infra/resources.yaml` and their templates."""

import json
import re
from collections.abc import Iterator
from typing import Any

from infra.local.stack import load_template

#: A placeholder in a rule's template, in quotes or without.
_PLACEHOLDER = re.compile(r'"<(\w+)>"|<(\w+)>')


def route_event(detail: dict[str, Any]) -> str | None:
    """Return the message that the queue gets of the event; None where no rule matches."""
    event = {"source": "aws.ses", "detail": detail}
    for rule in _list_rules():
        if _matches(rule["EventPattern"], event):
            [target] = rule["Targets"]
            return _transform(target["InputTransformer"], event)
    return None


def _list_rules() -> Iterator[dict[str, Any]]:
    for resource in load_template()["Resources"].values():
        if resource["Type"] == "AWS::Events::Rule":
            yield resource["Properties"]


def _matches(pattern: Any, value: Any) -> bool:
    """Return True if the value matches: a list has the allowed values, and a reference (`!Ref`) allows any."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            _matches(expected, value.get(name)) for name, expected in pattern.items()
        )
    values = value if isinstance(value, list) else [value]
    return any(isinstance(candidate, dict) or candidate in values for candidate in pattern) and value is not None


def _transform(transformer: dict[str, Any], event: dict[str, Any]) -> str:
    paths: dict[str, str] = transformer["InputPathsMap"]

    def value(placeholder: re.Match[str]) -> str:
        quoted, bare = placeholder.groups()
        resolved = _read_path(paths[quoted or bare], event)
        return json.dumps(resolved) if bare else json.dumps("null" if resolved is None else str(resolved))

    return _PLACEHOLDER.sub(value, transformer["InputTemplate"])


def _read_path(path: str, event: dict[str, Any]) -> Any:
    """Return the value at `$.a.b` of the event, or an empty text where there is none."""
    part: Any = event
    for name in path.removeprefix("$.").split("."):
        if name not in part:
            return ""
        part = part[name]
    return part

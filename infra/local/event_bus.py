"""The account's event bus, as far as SES's events go over it to the feedback queue: the rules of
`infra/resources.yaml`, and what their targets get of an event."""

import json
import re
from collections.abc import Iterator
from typing import Any

from infra.local.stack import load_template

#: A place in a rule's template, in quotes or without.
_PLACEHOLDER = re.compile(r'"<(\w+)>"|<(\w+)>')


def route_event(detail: dict[str, Any]) -> str | None:
    """The message that the queue gets of the event; None where no rule wants it."""
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
    """A list says what may stand there; what the template refers to, this machine has one of."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            _matches(wanted, value.get(name)) for name, wanted in pattern.items()
        )
    there = value if isinstance(value, list) else [value]
    return any(isinstance(each, dict) or each in there for each in pattern) and value is not None


def _transform(transformer: dict[str, Any], event: dict[str, Any]) -> str:
    paths: dict[str, str] = transformer["InputPathsMap"]

    def value(place: re.Match[str]) -> str:
        quoted, bare = place.groups()
        found = _read_path(paths[quoted or bare], event)
        return json.dumps(found) if bare else json.dumps("null" if found is None else str(found))

    return _PLACEHOLDER.sub(value, transformer["InputTemplate"])


def _read_path(path: str, event: dict[str, Any]) -> Any:
    """What stands at `$.a.b` of the event; nothing, in quotes, where there is no such place."""
    part: Any = event
    for name in path.removeprefix("$.").split("."):
        if name not in part:
            return ""
        part = part[name]
    return part

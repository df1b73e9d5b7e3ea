"""The account's event bus, as far as SES's events go over it to the feedback queue: the rules of
`infra/resources.yaml`, and what their targets get of an event."""

import json
import re
from collections.abc import Iterator
from typing import Any

from infra.local.stack import template

#: A place in a rule's template, in quotes or without.
_PLACE = re.compile(r'"<(\w+)>"|<(\w+)>')


def passed_on(detail: dict[str, Any]) -> str | None:
    """The message that the queue gets of the event; None where no rule wants it."""
    event = {"source": "aws.ses", "detail": detail}
    for rule in _rules():
        if _matches(rule["EventPattern"], event):
            [target] = rule["Targets"]
            return _transformed(target["InputTransformer"], event)
    return None


def _rules() -> Iterator[dict[str, Any]]:
    for resource in template()["Resources"].values():
        if resource["Type"] == "AWS::Events::Rule":
            yield resource["Properties"]


def _matches(pattern: Any, part: Any) -> bool:
    """A list says what may stand there; what the template refers to, this machine has one of."""
    if isinstance(pattern, dict):
        return isinstance(part, dict) and all(_matches(wanted, part.get(name)) for name, wanted in pattern.items())
    there = part if isinstance(part, list) else [part]
    return any(isinstance(each, dict) or each in there for each in pattern) and part is not None


def _transformed(transformer: dict[str, Any], event: dict[str, Any]) -> str:
    paths: dict[str, str] = transformer["InputPathsMap"]

    def value(place: re.Match[str]) -> str:
        quoted, bare = place.groups()
        found = _at(paths[quoted or bare], event)
        return json.dumps(found) if bare else json.dumps("null" if found is None else str(found))

    return _PLACE.sub(value, transformer["InputTemplate"])


def _at(path: str, event: dict[str, Any]) -> Any:
    """What stands at `$.a.b` of the event; nothing, in quotes, where there is no such place."""
    part: Any = event
    for name in path.removeprefix("$.").split("."):
        if name not in part:
            return ""
        part = part[name]
    return part

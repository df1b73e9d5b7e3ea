"""Load programme files; errors name file, line and field."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from chalicelib.programme.model import Event

SHIPPED_FOLDER = Path(__file__).parent
_ROOT = SHIPPED_FOLDER.parent.parent


class InvalidProgrammeFile(ValueError):
    """A programme file cannot be used; `errors` has a text row for each error."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = tuple(errors)


class _Loader(yaml.SafeLoader):
    """Loads times as text: the model parses them and reports a wrong one with its field."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own attribute
        character: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for character, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def load_events(folder: Path = SHIPPED_FOLDER) -> list[Event]:
    """Load the events of the folder's YAML files, earliest first.

    Raises InvalidProgrammeFile with the errors of all files.
    """
    events: list[Event] = []
    errors: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            events.append(load_event(path))
        except InvalidProgrammeFile as error:
            errors.extend(error.errors)
    if errors:
        raise InvalidProgrammeFile(errors)
    return sorted(events, key=lambda event: event.starts_at)


def load_event(path: Path) -> Event:
    """Load the event of one file, which is named as its id; raises InvalidProgrammeFile."""
    root = _parse_yaml(path)
    errors = list(_find_duplicate_keys(path, root, ()))
    if errors:
        raise InvalidProgrammeFile(errors)
    try:
        event = Event.model_validate(yaml.load(path.read_text("utf-8"), _Loader))
    except ValidationError as error:
        raise InvalidProgrammeFile(list(_describe_validation_errors(path, root, error.errors()))) from error
    if event.id != path.stem:
        message = f"the file is named {path.stem}, so the id should be {path.stem}, not {event.id}"
        raise InvalidProgrammeFile([_format_error(path, _find_line(root, ("id",)), "id", message)])
    return event


def _parse_yaml(path: Path) -> yaml.Node:
    try:
        root = yaml.compose(path.read_text("utf-8"), _Loader)
    except UnicodeDecodeError as error:
        raise InvalidProgrammeFile([_format_error(path, 1, "", "the file is not UTF-8")]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InvalidProgrammeFile([_format_error(path, line, "", f"not YAML: {error.problem}")]) from error
    except yaml.YAMLError as error:
        raise InvalidProgrammeFile([_format_error(path, 1, "", f"not YAML: {error}")]) from error
    if root is None:
        raise InvalidProgrammeFile([_format_error(path, 1, "", "the file is empty")])
    return root


def _find_duplicate_keys(path: Path, node: yaml.Node, location: tuple[str | int, ...]) -> Iterator[str]:
    """Yield an error for each duplicate key: YAML keeps the last of two, so a slip would go unnoticed."""
    seen: set[str] = set()
    for name, line, value in _iterate_children(node):
        if isinstance(node, yaml.MappingNode) and str(name) in seen:
            yield _format_error(path, line, _format_field((*location, name)), "is there twice")
        seen.add(str(name))
        yield from _find_duplicate_keys(path, value, (*location, name))


def _iterate_children(node: yaml.Node) -> Iterator[tuple[str | int, int, yaml.Node]]:
    """Yield the children of a node: name or index, line, value."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield index, item.start_mark.line + 1, item


def _find_line(root: yaml.Node, location: Sequence[str | int]) -> int:
    """Return the line of the field, or of the innermost part around it that exists."""
    line, node = root.start_mark.line + 1, root
    for step in location:
        child = next((part for part in _iterate_children(node) if part[0] == step), None)
        if child is None:
            break
        _, line, node = child
    return line


def _describe_validation_errors(path: Path, root: yaml.Node, errors: list[Any]) -> Iterator[str]:
    outer_locations = {problem["loc"][:depth] for problem in errors for depth in range(len(problem["loc"]))}
    for problem in errors:
        location = problem["loc"]
        if problem["type"] == "too_short" and location in outer_locations:
            continue  # pydantic does not count the wrong items, which are told themselves
        yield _format_error(path, _find_line(root, location), _format_field(location), problem["msg"])


def _format_field(location: Sequence[str | int]) -> str:
    return ".".join(str(step) for step in location)


def _format_error(path: Path, line: int, field: str, message: str) -> str:
    shown = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else path
    prefix = f"{shown}, line {line}" + (f", {field}" if field else "")
    return f"{prefix}: {message}"

"""Read programme files; what is wrong in one is told with file, line and field."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from chalicelib.programme.model import Event

SHIPPED_FOLDER = Path(__file__).parent
_ROOT = SHIPPED_FOLDER.parent.parent


class InvalidProgrammeFile(ValueError):
    """A programme file cannot be used; `errors` has a line for everything that is wrong."""

    def __init__(self, errors: Sequence[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = tuple(errors)


class _Loader(yaml.SafeLoader):
    """Leaves times as text: the model reads them, and says which one is wrong."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own way
        sign: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for sign, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def load_events(folder: Path = SHIPPED_FOLDER) -> list[Event]:
    """The events of the folder's YAML files, earliest first.

    Raises WrongProgrammeFile with what is wrong in all of them.
    """
    found: list[Event] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(load_event(path))
        except InvalidProgrammeFile as error:
            wrong.extend(error.errors)
    if wrong:
        raise InvalidProgrammeFile(wrong)
    return sorted(found, key=lambda event: event.starts_at)


def load_event(path: Path) -> Event:
    """The event of one file, which is named as its id; raises WrongProgrammeFile."""
    root = _parse_yaml(path)
    wrong = list(_find_duplicate_keys(path, root, ()))
    if wrong:
        raise InvalidProgrammeFile(wrong)
    try:
        event = Event.model_validate(yaml.load(path.read_text("utf-8"), _Loader))
    except ValidationError as error:
        raise InvalidProgrammeFile(list(_describe_validation_errors(path, root, error.errors()))) from error
    if event.id != path.stem:
        said = f"the file is named {path.stem}, so the id should be {path.stem}, not {event.id}"
        raise InvalidProgrammeFile([_format_error(path, _find_line(root, ("id",)), "id", said)])
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
    """YAML lets the last of two equal names win, so a slip would go unseen."""
    seen: set[str] = set()
    for name, line, value in _iterate_children(node):
        if isinstance(node, yaml.MappingNode) and str(name) in seen:
            yield _format_error(path, line, _format_field((*location, name)), "is there twice")
        seen.add(str(name))
        yield from _find_duplicate_keys(path, value, (*location, name))


def _iterate_children(node: yaml.Node) -> Iterator[tuple[str | int, int, yaml.Node]]:
    """What stands in a node: name or number, line, value."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield number, item.start_mark.line + 1, item


def _find_line(root: yaml.Node, location: Sequence[str | int]) -> int:
    """The line of the field, or of the innermost part around it that is there."""
    line, node = root.start_mark.line + 1, root
    for step in location:
        inside = next((part for part in _iterate_children(node) if part[0] == step), None)
        if inside is None:
            break
        _, line, node = inside
    return line


def _describe_validation_errors(path: Path, root: yaml.Node, errors: list[Any]) -> Iterator[str]:
    around = {problem["loc"][:depth] for problem in errors for depth in range(len(problem["loc"]))}
    for problem in errors:
        where = problem["loc"]
        if problem["type"] == "too_short" and where in around:
            continue  # pydantic does not count the wrong items, which are told themselves
        yield _format_error(path, _find_line(root, where), _format_field(where), problem["msg"])


def _format_field(location: Sequence[str | int]) -> str:
    return ".".join(str(step) for step in location)


def _format_error(path: Path, line: int, field: str, message: str) -> str:
    shown = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else path
    place = f"{shown}, line {line}" + (f", {field}" if field else "")
    return f"{place}: {message}"

"""Read programme files; what is wrong in one is told with file, line and field."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from chalicelib.programme.model import Event

SHIPPED = Path(__file__).parent
_ROOT = SHIPPED.parent.parent


class WrongProgrammeFile(ValueError):
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


def events(folder: Path = SHIPPED) -> list[Event]:
    """The events of the folder's YAML files, earliest first.

    Raises WrongProgrammeFile with what is wrong in all of them.
    """
    found: list[Event] = []
    wrong: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found.append(load(path))
        except WrongProgrammeFile as error:
            wrong.extend(error.errors)
    if wrong:
        raise WrongProgrammeFile(wrong)
    return sorted(found, key=lambda event: event.starts_at)


def load(path: Path) -> Event:
    """The event of one file, which is named as its id; raises WrongProgrammeFile."""
    root = _composed(path)
    wrong = list(_named_twice(path, root, ()))
    if wrong:
        raise WrongProgrammeFile(wrong)
    try:
        event = Event.model_validate(yaml.load(path.read_text("utf-8"), _Loader))
    except ValidationError as error:
        raise WrongProgrammeFile(list(_told(path, root, error.errors()))) from error
    if event.id != path.stem:
        said = f"the file is named {path.stem}, so the id should be {path.stem}, not {event.id}"
        raise WrongProgrammeFile([_sentence(path, _line(root, ("id",)), "id", said)])
    return event


def _composed(path: Path) -> yaml.Node:
    try:
        root = yaml.compose(path.read_text("utf-8"), _Loader)
    except UnicodeDecodeError as error:
        raise WrongProgrammeFile([_sentence(path, 1, "", "the file is not UTF-8")]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongProgrammeFile([_sentence(path, line, "", f"not YAML: {error.problem}")]) from error
    except yaml.YAMLError as error:
        raise WrongProgrammeFile([_sentence(path, 1, "", f"not YAML: {error}")]) from error
    if root is None:
        raise WrongProgrammeFile([_sentence(path, 1, "", "the file is empty")])
    return root


def _named_twice(path: Path, node: yaml.Node, where: tuple[str | int, ...]) -> Iterator[str]:
    """YAML lets the last of two equal names win, so a slip would go unseen."""
    seen: set[str] = set()
    for name, line, value in _parts(node):
        if isinstance(node, yaml.MappingNode) and str(name) in seen:
            yield _sentence(path, line, _field((*where, name)), "is there twice")
        seen.add(str(name))
        yield from _named_twice(path, value, (*where, name))


def _parts(node: yaml.Node) -> Iterator[tuple[str | int, int, yaml.Node]]:
    """What stands in a node: name or number, line, value."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield str(key.value), key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield number, item.start_mark.line + 1, item


def _line(root: yaml.Node, where: Sequence[str | int]) -> int:
    """The line of the field, or of the innermost part around it that is there."""
    line, node = root.start_mark.line + 1, root
    for step in where:
        inside = next((part for part in _parts(node) if part[0] == step), None)
        if inside is None:
            break
        _, line, node = inside
    return line


def _told(path: Path, root: yaml.Node, problems: list[Any]) -> Iterator[str]:
    around = {problem["loc"][:depth] for problem in problems for depth in range(len(problem["loc"]))}
    for problem in problems:
        where = problem["loc"]
        if problem["type"] == "too_short" and where in around:
            continue  # pydantic does not count the wrong items, which are told themselves
        yield _sentence(path, _line(root, where), _field(where), problem["msg"])


def _field(where: Sequence[str | int]) -> str:
    return ".".join(str(step) for step in where)


def _sentence(path: Path, line: int, field: str, said: str) -> str:
    shown = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else path
    place = f"{shown}, line {line}" + (f", {field}" if field else "")
    return f"{place}: {said}"

"""A reader of PNL and ADL that shares no code with their writer: what an airline makes of the messages."""

import re
from dataclasses import dataclass, field

_FLIGHT = re.compile(r"([A-Z0-9]{3,8})/(\d{2}[A-Z]{3}) ([A-Z]{3}) PART(\d+)")
_TOTAL = re.compile(r"-([A-Z]{3})(\d{2,})([A-Z])")
_NAME = re.compile(r"1([A-Z]+)/([A-Z]+)")
_ELEMENT = re.compile(r"(?:^| )(?=\.[A-Z]{1,2}/)")


@dataclass(frozen=True)
class Entry:
    """One traveller of a message: surname, given name with title, locator, services."""

    surname: str
    given: str
    locator: str
    services: tuple[str, ...]

    @property
    def name(self) -> tuple[str, str]:
        """Surname and given name."""
        return self.surname, self.given


@dataclass
class Message:
    """All parts of a message together; `sections` by their headings, none for a PNL."""

    kind: str
    flight: tuple[str, str, str]
    destination: str
    total: int
    parts: int = 0
    sections: list[tuple[str, Entry]] = field(default_factory=list)

    def of(self, section: str) -> list[Entry]:
        """The entries of the section."""
        return [entry for name, entry in self.sections if name == section]


def read(text: str) -> Message:
    """The message; AssertionError where it is not in order."""
    assert text.isascii()
    assert text.endswith("\n")
    message: Message | None = None
    parts = _parts(text)
    for number, lines in enumerate(parts, start=1):
        assert len(lines) <= 60
        assert sum(map(len, lines)) <= 3840
        assert all(len(line) <= 69 for line in lines)
        part = _heading(lines, number)
        message = message or part
        assert (part.kind, part.flight, part.destination, part.total) == (
            message.kind, message.flight, message.destination, message.total,
        )  # fmt: skip
        last = f"END{message.kind}" if number == len(parts) else f"ENDPART{number}"
        assert lines[-1] == last
        message.sections += _entries(message.kind, lines[3:-1])
        message.parts += 1
    assert message is not None
    return message


def _parts(text: str) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for line in text.splitlines():
        parts[-1].append(line)
        if line.startswith("END"):
            parts.append([])
    assert parts.pop() == []
    return parts


def _heading(lines: list[str], number: int) -> Message:
    assert lines[0] in ("PNL", "ADL")
    flight, total = _FLIGHT.fullmatch(lines[1]), _TOTAL.fullmatch(lines[2])
    assert flight
    assert total
    assert int(flight[4]) == number
    return Message(lines[0], (flight[1], flight[2], flight[3]), total[1], int(total[2]))


def _entries(kind: str, lines: list[str]) -> list[tuple[str, Entry]]:
    found: list[tuple[str, list[str]]] = []
    section = ""
    for line in lines:
        if line in ("DEL", "ADD", "CHG"):
            assert kind == "ADL"
            section = line
        elif line.startswith("1"):
            assert (kind == "PNL") == (section == "")
            found.append((section, [line]))
        else:
            found[-1][1].append(line)
    return [(name, _entry(of_one)) for name, of_one in found]


def _entry(lines: list[str]) -> Entry:
    elements: list[str] = []
    for line in lines:
        if line.startswith(".RN/"):
            assert elements[-1].startswith(".R/")
            elements[-1] += line.removeprefix(".RN/")
        else:
            elements += _ELEMENT.split(line) if not line.startswith(".") else _ELEMENT.split(line)[1:]
    name = _NAME.fullmatch(elements[0])
    assert name, elements[0]
    [locator] = [each[3:] for each in elements if each.startswith(".L/")]
    services = [each[3:] for each in elements if each.startswith(".R/")]
    assert len(elements) == 2 + len(services)
    return Entry(name[1], name[2], locator, tuple(services))


def applied(held: list[Entry], message: Message) -> list[Entry]:
    """What an airline that held this list holds after the ADL, found by name and locator as airlines do."""
    assert message.kind == "ADL"
    assert [name for name, _ in message.sections] == sorted(
        (name for name, _ in message.sections), key=("DEL", "ADD", "CHG").index
    )
    passengers = {(each.name, each.locator): each for each in held}
    for each in message.of("DEL"):
        del passengers[each.name, each.locator]
    for each in message.of("ADD"):
        assert (each.name, each.locator) not in passengers
        passengers[each.name, each.locator] = each
    for each in message.of("CHG"):
        assert passengers[each.name, each.locator] != each
        passengers[each.name, each.locator] = each
    assert len(passengers) == message.total
    return sorted(passengers.values(), key=lambda each: (each.name, each.locator))

"""An expression, token by token: what all expressions have in common."""

import re
from collections.abc import Mapping
from typing import NoReturn

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from tests.memory.errors import Invalid
from tests.memory.paths import Path

LONGEST = 4096  # bytes
MOST_OPERATORS = 300
END = "<EOF>"

_TOKEN = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|[0-9]+|<>|<=|>=|\S)")
_RESERVED = frozenset(ReservedKeywords.get_reserved_keywords())


class Tokens:
    """The tokens of one expression, taken from the front; `parameter` is what the request calls it."""

    def __init__(self, parameter: str, text: str, names: Mapping[str, str]) -> None:
        self.parameter = parameter
        self.names_used: set[str] = set()
        self.values_used: set[str] = set()
        self._names = names
        self._operators = 0
        self._check_text(text)
        self._tokens: list[str] = [*_TOKEN.findall(text), END, END]
        self.place = 0

    def _check_text(self, text: str) -> None:
        if len(text.encode()) > LONGEST:
            size = len(text.encode())
            self.refuse(f"Expression size has exceeded the maximum allowed size; expression size: {size}")
        if not text.strip():
            self.refuse("The expression can not be empty;")

    def refuse(self, why: str) -> NoReturn:
        raise Invalid(f"Invalid {self.parameter}: {why}")

    def fail(self) -> NoReturn:
        near = " ".join(self._tokens[max(0, self.place - 1) : self.place + 2])
        self.refuse(f'Syntax error; token: "{self.peek()}", near: "{near}"')

    def peek(self) -> str:
        return self._tokens[self.place]

    def next_is(self, *tokens: str) -> bool:
        """Whether one of the tokens, signs or keywords in any case, comes next."""
        return self.peek().upper() in tokens

    def take(self, *expected: str) -> str:
        """The next token, in upper case if it had to be one of these."""
        if expected and not self.next_is(*expected):
            self.fail()
        token = self.peek()
        self.place += 1
        return token.upper() if expected else token

    def skip(self, *tokens: str) -> bool:
        """Take the next token if it is one of these."""
        there = self.next_is(*tokens)
        self.place += there
        return there

    def operator(self, *expected: str) -> str:
        """As `take`, and counted."""
        self._operators += 1
        if self._operators > MOST_OPERATORS:
            self.refuse(f"The expression contains too many operators; operator count: {self._operators}")
        return self.take(*expected)

    def function(self) -> str:
        """The name of the function that is called next, or nothing."""
        is_call = self.peek()[0].isalpha() and self._tokens[self.place + 1] == "("
        return self.peek() if is_call else ""

    def value(self) -> str:
        """The placeholder of a value."""
        if not self.peek().startswith(":") or len(self.peek()) == 1:
            self.fail()
        self.values_used.add(self.peek())
        return self.take()

    def path(self) -> Path:
        parts: list[str | int] = [self._name()]
        while self.next_is(".", "["):
            if self.take() == ".":
                parts.append(self._name())
                continue
            if not self.peek().isdigit():
                self.fail()
            parts.append(int(self.take()))
            self.take("]")
        return tuple(parts)

    def _name(self) -> str:
        token = self.peek()
        if token.startswith("#") and len(token) > 1:
            return self._meant(self.take())
        if not token[0].isalpha():
            self.fail()
        if token.upper() in _RESERVED:
            self.refuse(f"Attribute name is a reserved keyword; reserved keyword: {token}")
        return self.take()

    def _meant(self, sign: str) -> str:
        if sign not in self._names:
            self.refuse(
                f"An expression attribute name used in the document path is not defined; attribute name: {sign}"
            )
        self.names_used.add(sign)
        return self._names[sign]

    def end(self) -> None:
        if self.peek() != END:
            self.fail()

"""Split an expression into tokens, as all expressions are."""

import re
from collections.abc import Mapping
from typing import NoReturn

from moto.dynamodb.parsing.reserved_keywords import ReservedKeywords

from testing.dynamodb.errors import Invalid
from testing.dynamodb.expressions.paths import Path

MAX_BYTES = 4096  # bytes
MAX_OPERATORS = 300
END = "<EOF>"

_TOKEN = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*|[#:][A-Za-z0-9_]+|[0-9]+|<>|<=|>=|\S)")
_RESERVED = frozenset(ReservedKeywords.get_reserved_keywords())


class Tokens:
    """The tokens of one expression, taken from the front; `parameter` is its name in the request."""

    def __init__(self, parameter: str, text: str, names: Mapping[str, str]) -> None:
        self.parameter = parameter
        self.names_used: set[str] = set()
        self.values_used: set[str] = set()
        self._names = names
        self._operators = 0
        self._check_text(text)
        self._tokens: list[str] = [*_TOKEN.findall(text), END, END]
        self.position = 0

    def _check_text(self, text: str) -> None:
        if len(text.encode()) > MAX_BYTES:
            size = len(text.encode())
            self.reject(f"Expression size has exceeded the maximum allowed size; expression size: {size}")
        if not text.strip():
            self.reject("The expression can not be empty;")

    def reject(self, why: str) -> NoReturn:
        """Raise Invalid for the expression."""
        raise Invalid(f"Invalid {self.parameter}: {why}")

    def reject_syntax(self) -> NoReturn:
        """Raise Invalid for the next token."""
        near = " ".join(self._tokens[max(0, self.position - 1) : self.position + 2])
        self.reject(f'Syntax error; token: "{self.peek()}", near: "{near}"')

    def peek(self) -> str:
        """Return the next token, and leave it there."""
        return self._tokens[self.position]

    def is_next(self, *tokens: str) -> bool:
        """Return True if one of the tokens, keywords in any case, comes next."""
        return self.peek().upper() in tokens

    def take(self, *expected: str) -> str:
        """Take the next token.

        If it has to be one of `expected`, it is returned in upper case; otherwise Invalid is raised.
        """
        if expected and not self.is_next(*expected):
            self.reject_syntax()
        token = self.peek()
        self.position += 1
        return token.upper() if expected else token

    def skip(self, *tokens: str) -> bool:
        """Take the next token if it is one of these, and return True if it was."""
        there = self.is_next(*tokens)
        self.position += there
        return there

    def take_operator(self, *expected: str) -> str:
        """Take the next token as `take` does, and count it as an operator."""
        self._operators += 1
        if self._operators > MAX_OPERATORS:
            self.reject(f"The expression contains too many operators; operator count: {self._operators}")
        return self.take(*expected)

    def peek_function(self) -> str:
        """Return the name of the function that is called next, or an empty text."""
        is_call = self.peek()[0].isalpha() and self._tokens[self.position + 1] == "("
        return self.peek() if is_call else ""

    def take_value(self) -> str:
        """Take the placeholder of a value."""
        if not self.peek().startswith(":") or len(self.peek()) == 1:
            self.reject_syntax()
        self.values_used.add(self.peek())
        return self.take()

    def take_path(self) -> Path:
        """Take a document path, and resolve its names."""
        parts: list[str | int] = [self._take_name()]
        while self.is_next(".", "["):
            if self.take() == ".":
                parts.append(self._take_name())
                continue
            if not self.peek().isdigit():
                self.reject_syntax()
            parts.append(int(self.take()))
            self.take("]")
        return tuple(parts)

    def _take_name(self) -> str:
        token = self.peek()
        if token.startswith("#") and len(token) > 1:
            return self._resolve_name(self.take())
        if not token[0].isalpha():
            self.reject_syntax()
        if token.upper() in _RESERVED:
            self.reject(f"Attribute name is a reserved keyword; reserved keyword: {token}")
        return self.take()

    def _resolve_name(self, placeholder: str) -> str:
        if placeholder not in self._names:
            self.reject(
                "An expression attribute name used in the document path is not defined;"
                f" attribute name: {placeholder}"
            )
        self.names_used.add(placeholder)
        return self._names[placeholder]

    def expect_end(self) -> None:
        """Raise Invalid unless everything is taken."""
        if self.peek() != END:
            self.reject_syntax()

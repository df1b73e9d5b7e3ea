"""The types of the programme's fields: names, lines of text, prose, and texts in both languages."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chalicelib.language import Language
from chalicelib.text import CLEAN_LINE, CLEAN_PROSE

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
EventId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
TextLine = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\r\n]*$"),
    CLEAN_LINE,
]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000), CLEAN_PROSE]
PlainText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), CLEAN_PROSE]


class ProgrammePart(BaseModel):
    """A part of the programme's document: unknown fields are errors, values are immutable."""

    model_config = ConfigDict(defer_build=True, extra="forbid", frozen=True)


class BilingualText(ProgrammePart):
    """A text that organisers write in both languages; the code's own messages are in the catalogue instead."""

    da: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the text in the language."""
        return self.da if language == "da" else self.en


class Title(BilingualText):
    """A line in both languages."""

    da: TextLine
    en: TextLine


class Description(BilingualText):
    """Prose in both languages; an empty line parts the paragraphs."""

    da: Prose
    en: Prose

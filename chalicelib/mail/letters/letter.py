"""Letter, the contents of a mail; its text and its HTML are rendered from the same letter."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib import appearance
from chalicelib.language import Language

if TYPE_CHECKING:
    from jinja2 import Environment

QR_CODE_CONTENT_ID = "code@tilmelding"  #: the Content-ID of the QR code's image


@dataclass(frozen=True)
class LabelledLink:
    """A link with the words to show for it."""

    label: str
    url: str


class Detail(NamedTuple):
    """A fact of the letter: its label, its value, and a link that belongs to it."""

    label: str
    value: str
    link: LabelledLink | None = None


@dataclass(frozen=True)
class Stop:
    """An entry of a day in an itinerary: its time, title and further lines."""

    when: str
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Day:
    """A day of an itinerary."""

    title: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Origin:
    """Why the reader gets the mail, who caused it, and what they can do about it."""

    text: str
    links: tuple[LabelledLink, ...]


@dataclass(frozen=True)
class Letter:
    """The contents of a mail, in the reader's language and in the order of reading.

    `organiser_note` is the organiser's own paragraph, perhaps of several lines. `qr_code` is the link that only
    the HTML shows, as an image with the Content-ID QR_CODE_CONTENT_ID. `origin` stands in a mail that
    the reader may not have asked for. `reservation` is for mail programs: a schema.org EventReservation.
    """

    language: Language
    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    organiser_note: str = ""
    details: tuple[Detail, ...] = ()
    itinerary_title: str = ""
    itinerary: tuple[Day, ...] = ()
    action: LabelledLink | None = None
    qr_code: LabelledLink | None = None
    closing: tuple[str, ...] = ()
    origin: Origin | None = None
    reservation: dict[str, Any] | None = None


def render_text(letter: Letter) -> str:
    """Render the letter as plain text."""
    return _get_environment().get_template("letter.txt").render(letter=letter)


def render_html(letter: Letter) -> str:
    """Render the letter as an HTML page for mail programs; all text is escaped."""
    look = {"light": appearance.LIGHT, "dark": appearance.DARK, "font_family": appearance.FONT_FAMILY}
    return _get_environment().get_template("letter.html").render(letter=letter, code=QR_CODE_CONTENT_ID, **look)


@cache
def _get_environment() -> "Environment":
    from jinja2 import (
        Environment,
        PackageLoader,
        StrictUndefined,
        select_autoescape,
    )  # slow; web pages import this module for Day and Stop

    return Environment(
        loader=PackageLoader("chalicelib.mail.letters"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

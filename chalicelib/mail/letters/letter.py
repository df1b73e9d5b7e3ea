"""A letter: what a mail says, said once. Its text and its HTML are made from the same letter."""

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from chalicelib.language import Language

if TYPE_CHECKING:
    from jinja2 import Environment

QR_CODE_CONTENT_ID = "code@tilmelding"  #: the Content-ID of the picture


@dataclass(frozen=True)
class LabelledLink:
    """One thing to do: what it is called and where it is done."""

    label: str
    url: str


@dataclass(frozen=True)
class Stop:
    """One entry of somebody's day: when, what, and what else to know about it."""

    when: str
    title: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Day:
    title: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Letter:
    """What a mail says, in the reader's language, in the order it is said.

    `note` is the organiser's own paragraph, perhaps of several lines. `code` is the link that is to be shown as a
    picture, which only the HTML has: it stands there as CODE. `reservation` is what programs read: a
    schema.org EventReservation.
    """

    language: Language
    subject: str
    greeting: str
    paragraphs: tuple[str, ...]
    organiser_note: str = ""
    details: tuple[tuple[str, str], ...] = ()
    map: LabelledLink | None = None
    itinerary_title: str = ""
    itinerary: tuple[Day, ...] = ()
    action: LabelledLink | None = None
    qr_code: LabelledLink | None = None
    closing: tuple[str, ...] = ()
    reservation: dict[str, Any] | None = None


def render_text(letter: Letter) -> str:
    """The letter as plain text."""
    return _get_environment().get_template("letter.txt").render(letter=letter)


def render_html(letter: Letter) -> str:
    """The letter as a page for mail programs; whatever people wrote is escaped."""
    return _get_environment().get_template("letter.html").render(letter=letter, code=QR_CODE_CONTENT_ID)


@cache
def _get_environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape  # pages need the parts, too

    return Environment(
        loader=PackageLoader("chalicelib.mail.letters"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

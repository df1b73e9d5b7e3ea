"""The options of the runner in the environment: PORT, NOW and DATA."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic_core import PydanticCustomError

from chalicelib.programme.moments import parse_moment

DEFAULT_PORT = 8000
DEFAULT_NOW = "2019-11-01T08:00+01:00"
DEFAULT_DATA = ".local/"


class CannotStart(Exception):
    """The runner cannot go on; the message says why, and names the remedy."""


@dataclass(frozen=True)
class Options:
    """The options; `now` is None where no moment is given, `folder` None where no data is to be kept."""

    port: int
    now: datetime | None
    folder: Path | None

    @property
    def url(self) -> str:
        """The URL of the service."""
        return f"http://127.0.0.1:{self.port}"


def read(environment: Mapping[str, str]) -> Options:
    """Read the options from the environment; raises CannotStart for an invalid one."""
    folder = environment.get("DATA", DEFAULT_DATA)
    return Options(
        port=_parse_port(environment.get("PORT", "")),
        now=_parse_time(environment.get("NOW", "")),
        folder=Path(folder).absolute() if folder.strip() else None,
    )


def get_default_start() -> datetime:
    """Return the default start of the local clock, when the shipped programme is open."""
    return datetime.fromisoformat(DEFAULT_NOW)


def _parse_port(text: str) -> int:
    if not text.strip():
        return DEFAULT_PORT
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise CannotStart(f"PORT is “{text}”, which is no port: give a number from 1 to 65535, as in PORT=8080.")
    return int(text)


def _parse_time(text: str) -> datetime | None:
    if not text.strip():
        return None
    try:
        return parse_moment(text)
    except PydanticCustomError as error:
        raise CannotStart(f"NOW is “{text}”, which {error.message()}.") from error
    except ValueError as error:
        raise CannotStart(
            f"NOW is “{text}”, which is no date and time: write it like NOW={DEFAULT_NOW}."
        ) from error

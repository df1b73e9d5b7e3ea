"""`python -m infra.audit`: audit the pinned dependencies for known vulnerabilities.

Exits with 0 where none is known, with 1 where one is, and with NOT_AUDITED where no database could be asked.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

NOT_AUDITED = os.EX_TEMPFAIL
_REQUIREMENTS = "requirements-dev.txt"  # includes all that is deployed
#: A release with well-known vulnerabilities: an index that lists none for it is no vulnerability database.
_KNOWN_VULNERABLE_URL = "https://pypi.org/pypi/jinja2/2.4.1/json"
_TIMEOUT_SECONDS = 5  # seconds

_NOT_AUDITED_MESSAGE = """\
NOT AUDITED: no database could be asked for known vulnerabilities of what is pinned (pypi.org's did not answer).
             What is pinned may have some. Where pypi.org can be reached, `make audit` asks."""


def main() -> int:
    """Audit the dependencies; return the exit code."""
    if not is_vulnerability_database(_KNOWN_VULNERABLE_URL):
        print(_NOT_AUDITED_MESSAGE, file=sys.stderr)
        return NOT_AUDITED
    audit = [sys.executable, "-m", "pip_audit", "--progress-spinner=off"]
    options = ["--strict", "--disable-pip", "--require-hashes", f"--requirement={_REQUIREMENTS}"]
    return subprocess.run([*audit, *options], cwd=Path(__file__).parents[1], check=False).returncode


def is_vulnerability_database(url: str) -> bool:
    """Return True if a vulnerability database answers at the URL.

    Not every package index is one: a mirror may know no vulnerabilities.
    """
    try:
        # The URL is the constant above: no input decides what is opened.
        with urlopen(url, timeout=_TIMEOUT_SECONDS) as response:  # nosec B310
            return bool(json.load(response)["vulnerabilities"])
    except (OSError, ValueError, KeyError):
        return False


if __name__ == "__main__":
    sys.exit(main())

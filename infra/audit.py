"""`python -m infra.audit`: whether a vulnerability is known of anything that is pinned.

Ends with 0 when none is, with 1 when one is, and with NOT_ASKED when nobody was there to say.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

NOT_AUDITED = os.EX_TEMPFAIL
_REQUIREMENTS = "requirements-dev.txt"  # and in it, all that is deployed
#: Everybody knows that this one is vulnerable: whoever does not say so is no database of vulnerabilities.
_KNOWN_VULNERABLE_URL = "https://pypi.org/pypi/jinja2/2.4.1/json"
_TIMEOUT_SECONDS = 5  # seconds

_NOT_AUDITED_MESSAGE = """\
NOT AUDITED: nobody could be asked for known vulnerabilities of what is pinned (pypi.org's did not answer).
             What is pinned may have some. Where pypi.org can be reached, `make audit` asks."""


def main() -> int:
    if not is_vulnerability_database(_KNOWN_VULNERABLE_URL):
        print(_NOT_AUDITED_MESSAGE, file=sys.stderr)
        return NOT_AUDITED
    audit = [sys.executable, "-m", "pip_audit", "--progress-spinner=off"]
    exactly = ["--strict", "--disable-pip", "--require-hashes", f"--requirement={_REQUIREMENTS}"]
    return subprocess.run([*audit, *exactly], cwd=Path(__file__).parents[1], check=False).returncode


def is_vulnerability_database(url: str) -> bool:
    """Whether a database of vulnerabilities answers there. Not every index is one: a mirror may know none."""
    try:
        # The address is written above: it is nobody's word that decides what is opened.
        with urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:  # nosec B310
            return bool(json.load(answer)["vulnerabilities"])
    except (OSError, ValueError, KeyError):
        return False


if __name__ == "__main__":
    sys.exit(main())

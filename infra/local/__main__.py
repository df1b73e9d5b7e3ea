"""`python -m infra.local`: everything on this machine, until Ctrl-C."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from infra.local import options
from infra.local.options import CannotStart


class _StopRequested(BaseException):
    """Somebody asked the runner to end."""


def main() -> int:
    """Run until told to stop; 1, and a sentence on what to do, where that cannot be."""
    try:
        is_asked_to_stop = _install_signal_handlers()
        asked = options.read(os.environ)
        # Botocore and the app take a while to load, so only once the options are known to be good.
        from infra.local.runner import run

        with ExitStack() as closing:
            run(asked, closing, is_asked_to_stop)
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    except _StopRequested:
        pass
    return 0


def _install_signal_handlers() -> Callable[[], bool]:
    """Turn the first wish to end into _Stop; further ones change nothing, so what is left is done in peace.

    Returns what says whether there was one: a library that is just being loaded may have swallowed it.
    """
    asked = False

    def stop(_signal: int, _frame: Any) -> None:
        nonlocal asked
        asked = True
        for wish in wishes:
            signal.signal(wish, signal.SIG_IGN)
        raise _StopRequested

    wishes = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for wish in wishes:
        signal.signal(wish, stop)
    return lambda: asked


if __name__ == "__main__":
    sys.exit(main())

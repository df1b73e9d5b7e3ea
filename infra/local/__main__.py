"""`python -m infra.local`: run the service on this machine, until Ctrl-C."""

import os
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from infra.local import options
from infra.local.options import CannotStart


class _StopRequested(BaseException):
    """A signal asked the runner to end."""


def main() -> int:
    """Run until asked to stop; return 1, after a message with the remedy, where it cannot start."""
    try:
        is_asked_to_stop = _install_signal_handlers()
        chosen_options = options.read(os.environ)
        # Botocore and the app take a while to load, so only once the options are known to be good.
        from infra.local.runner import run

        with ExitStack() as exit_stack:
            run(chosen_options, exit_stack, is_asked_to_stop)
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    except _StopRequested:
        pass
    return 0


def _install_signal_handlers() -> Callable[[], bool]:
    """Raise _StopRequested at the first signal to end; ignore further ones, so that the shutdown is completed.

    Return a function that tells whether there was one: a library that is being imported may have swallowed the
    exception.
    """
    asked = False

    def stop(_signal: int, _frame: Any) -> None:
        nonlocal asked
        asked = True
        for signal_number in signal_numbers:
            signal.signal(signal_number, signal.SIG_IGN)
        raise _StopRequested

    signal_numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for signal_number in signal_numbers:
        signal.signal(signal_number, stop)
    return lambda: asked


if __name__ == "__main__":
    sys.exit(main())

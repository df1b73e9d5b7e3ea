"""The order in which everything is started, watched and stopped."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack

from chalicelib import clock
from infra.local import aws, options
from infra.local.data_folder import DataFolder
from infra.local.options import CannotStart, Options
from infra.local.server import Server

_CLOCK_SAVE_INTERVAL = 1.0  # seconds
_PARENT_PID = os.getppid()


def run(chosen_options: Options, exit_stack: ExitStack, is_stop_requested: Callable[[], bool]) -> None:
    """Start everything, print its URLs, and watch it until a stop is requested.

    `exit_stack` stops all of it, in reverse order.
    """
    started_at = time.monotonic()
    server = Server(chosen_options.port)
    exit_stack.callback(server.stop)
    folder = DataFolder.open(chosen_options.folder)
    exit_stack.callback(folder.close)
    was_clean = folder.consume_clean_shutdown_marker()
    _set_clock(chosen_options, folder)
    emulator = _start_aws(folder, exit_stack)
    exit_stack.callback(lambda: folder.save_clock(clock.now()))
    _print("Loading the programme …")
    from infra.local import service  # slow to load: the local AWS starts meanwhile

    service.start(chosen_options, folder, emulator, server, exit_stack, catch_up=not was_clean)
    _print(f"Ready after {time.monotonic() - started_at:.1f} s. {service.format_urls(chosen_options)}")
    _print("Stop with Ctrl-C.")
    _watch(emulator, folder, is_stop_requested)


def _start_aws(folder: DataFolder, exit_stack: ExitStack) -> aws.Emulator:
    storage = f"its data is kept in {folder.path}" if folder.is_persistent else "nothing of it is kept"
    _print(f"Starting the local AWS; {storage} …")
    emulator = aws.Emulator(folder)
    exit_stack.callback(emulator.stop)
    return emulator


def _set_clock(chosen_options: Options, folder: DataFolder) -> None:
    saved_at = folder.read_clock()
    default_start = options.get_default_start()
    clock.start_at(chosen_options.now or max(default_start, saved_at or default_start))


def _watch(emulator: aws.Emulator, folder: DataFolder, is_stop_requested: Callable[[], bool]) -> None:
    """Save the clock periodically, until a stop is requested or the `make` that started this is gone.

    Raises CannotStart where the local AWS ends by itself.
    """
    while not is_stop_requested() and (os.getppid() == _PARENT_PID or "MAKELEVEL" not in os.environ):
        time.sleep(_CLOCK_SAVE_INTERVAL)
        folder.save_clock(clock.now())
        if emulator.has_ended:
            log = folder.path / "aws.log"
            raise CannotStart(f"The local AWS ended by itself ({log} says why): start it all again.")


def _print(text: str) -> None:
    print(text, file=sys.stdout, flush=True)

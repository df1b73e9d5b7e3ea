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

_CLOCK_SAVED_EVERY = 1.0  # seconds
_PARENT = os.getppid()


def run(asked: Options, closing: ExitStack, is_asked_to_stop: Callable[[], bool]) -> None:
    """Start everything, print where it is, and watch over it; `closing` stops it all, last things first."""
    began = time.monotonic()
    server = Server(asked.port)
    closing.callback(server.stop)
    folder = DataFolder.open(asked.folder)
    closing.callback(folder.close)
    in_order = folder.left_in_order()
    _set_clock(asked, folder)
    emulator = _start_aws(folder, closing)
    closing.callback(lambda: folder.save_clock(clock.now()))
    _say("Loading the programme …")
    from infra.local import service  # slow to load: the local AWS starts meanwhile

    service.start(asked, folder, emulator, server, closing, catch_up=not in_order)
    _say(f"Ready after {time.monotonic() - began:.1f} s. {service.where(asked)}")
    _say("Stop with Ctrl-C.")
    _watch(emulator, folder, is_asked_to_stop)


def _start_aws(folder: DataFolder, closing: ExitStack) -> aws.Emulator:
    where = f"its data is kept in {folder.path}" if folder.kept else "nothing of it is kept"
    _say(f"Starting the local AWS; {where} …")
    emulator = aws.Emulator(folder)
    closing.callback(emulator.stop)
    return emulator


def _set_clock(asked: Options, folder: DataFolder) -> None:
    stood_at = folder.clock()
    beginning = options.beginning()
    clock.start_at(asked.now or max(beginning, stood_at or beginning))


def _watch(emulator: aws.Emulator, folder: DataFolder, is_asked_to_stop: Callable[[], bool]) -> None:
    """Save the clock now and then, until asked to stop, or until `make`, if that started this, is gone.

    Raises CannotStart if the local AWS ends by itself.
    """
    while not is_asked_to_stop() and (os.getppid() == _PARENT or "MAKELEVEL" not in os.environ):
        time.sleep(_CLOCK_SAVED_EVERY)
        folder.save_clock(clock.now())
        if emulator.ended:
            log = folder.path / "aws.log"
            raise CannotStart(f"The local AWS ended by itself ({log} says why): start it all again.")


def _say(text: str) -> None:
    print(text, file=sys.stdout, flush=True)

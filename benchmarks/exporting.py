"""Export so many registrations once, from a table in memory: `python -m benchmarks.exporting PEOPLE KIND`."""

import sys
from typing import Any

from benchmarks import crowd, in_memory
from benchmarks.measuring import print_cost
from chalicelib import clock
from chalicelib.aws import table
from chalicelib.registration import sealing, store, updates
from chalicelib.web.organiser import export
from testing.world import publish


def main(people: int, kind: Any) -> None:
    """Fill the table, export, and print the cost."""
    in_memory.use_memory_table()
    event = publish(crowd.event(people))
    for each in crowd.people(people):
        table.write(updates.build_new_registration(sealing.seal(each)))
    print_cost(lambda: export.build_file(kind, event, store.list_registrations(event.id), clock.now(), "da"))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])

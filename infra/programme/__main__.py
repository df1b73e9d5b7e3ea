"""`python -m infra.programme`: check the shipped programme."""

import sys

from infra.programme.load import InvalidProgrammeFile, load_events


def main() -> int:
    """Load the programme and report its errors; return the exit code."""
    try:
        events = load_events()
    except InvalidProgrammeFile as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(events)} events, all right")
    return 0


if __name__ == "__main__":
    sys.exit(main())

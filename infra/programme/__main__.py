"""`python -m infra.programme`: check the shipped programme."""

import sys

from infra.programme.load import WrongProgrammeFile, events


def main() -> int:
    try:
        found = events()
    except WrongProgrammeFile as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(found)} events, all right")
    return 0


if __name__ == "__main__":
    sys.exit(main())

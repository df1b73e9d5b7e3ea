"""What of the distributions stays out of the package."""

from pathlib import Path

from infra.packaging import unused

USED = {
    "babel/locale-data/root.dat", "babel/locale-data/da.dat", "babel/locale-data/da_DK.dat",
    "babel/locale-data/en.dat", "babel/locale-data/en_001.dat", "babel/localedata.py", "testing/attest.py",
}  # fmt: skip
UNUSED = {
    "babel/locale-data/de.dat", "babel/locale-data/dav.dat", "babel/locale-data/enn_XX.dat",
    "icalendar/tests/__init__.py", "icalendar/tests/calendars/one.ics", "some/test/data.py",
    "typst/__init__.pyi", "typst/py.typed",
}  # fmt: skip


def test_what_nothing_uses_is_left_out(tmp_path: Path) -> None:
    """Other languages' dates, tests, and what only type checkers read; nothing else."""
    for name in USED | UNUSED:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    unused.remove(tmp_path)
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()} == USED

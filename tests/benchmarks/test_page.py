"""The page of the benchmarks is put together from its parts."""

from benchmarks import page

KEPT = "# Benchmarks\n\nAs it was.\n\n## Mails\n\nTen.\n\n## Places\n\nOne.\n\n## Lists\n\nThree.\n"


def test_what_is_measured_anew_takes_the_place_of_what_was() -> None:
    """The other parts stay, and what was never measured before comes last."""
    written = page.compose(["mails", "places"], KEPT, ["## Places\n\nTwo.\n\n", "## New\n\nFour.\n"])
    opening, *sections = written.split("\n## ")
    assert "`mails`, `places`" in opening
    assert sections == ["Mails\n\nTen.\n", "Places\n\nTwo.\n", "Lists\n\nThree.\n", "New\n\nFour.\n"]


def test_where_nothing_is_kept_the_page_is_what_was_measured() -> None:
    """In that order."""
    written = page.compose(["mails"], "", ["## Places\n\nTwo.\n\n", "## Mails\n\nTen.\n"])
    assert written.split("\n## ")[1:] == ["Places\n\nTwo.\n", "Mails\n\nTen.\n"]


def test_each_part_says_when_and_where_it_was_measured() -> None:
    """Behind its last line."""
    assert page.add_date("## Mails\n\nTen.\n\n").startswith("## Mails\n\nTen.\n\n*Measured on 20")

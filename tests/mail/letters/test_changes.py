"""The letter about a change says that something was told for the person, or went with a former one."""

from dataclasses import replace

import pytest

from chalicelib.facts import to_history_entry
from chalicelib.mail.letters.catalogue import build_letter
from chalicelib.mail.letters.context import LetterContext
from chalicelib.mail.letters.letter import render_text
from tests.mail.samples import LINKS, changed, confirmed, overnight_meeting, traveller

SENTENCES = {
    "told_by_the_person": "something that you had told them. On your page you can see what it is",
    "dropped": "we have deleted what only the former one could tell us",
}


@pytest.mark.parametrize("extra", [None, *SENTENCES])
def test_the_letter_says_that_it_was_not_what(extra: str | None) -> None:
    """One sentence for each of both, by what stands in the history; nothing of health in it."""
    who = traveller("en")
    entry = to_history_entry(changed(who)) | ({extra: ["dietary"]} if extra else {})
    who = replace(who, history=(to_history_entry(confirmed(who)), entry))
    text = " ".join(
        render_text(build_letter(LetterContext(overnight_meeting(), who, LINKS), changed(who))).split()
    )
    assert [name for name, sentence in SENTENCES.items() if sentence in text] == ([extra] if extra else [])
    assert "diet" not in text
    assert "food" not in text.lower()

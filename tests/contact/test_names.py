"""Names in list form and ticket form."""

import unicodedata

import pytest

from chalicelib.contact.names import ListForm, transliterate, transliterate_for_ticket
from chalicelib.contact.transliteration import ARABIC, CYRILLIC

#: ICAO Doc 9303, part 3, section 6, table A: every letter, and what stands for it.
TABLE_A = {
    "A": "ÀÁÂÃĀĂĄ",
    "AA": "Å",
    "AE": "ÄÆ",
    "C": "ÇĆĈĊČ",
    "D": "ÐĎĐ",
    "E": "ÈÉÊËĒĔĖĘĚ",
    "G": "ĜĞĠĢ",
    "H": "ĤĦ",
    "I": "ÌÍÎÏĨĪĬĮİı",
    "IJ": "Ĳ",
    "J": "Ĵ",
    "K": "Ķ",
    "L": "ĹĻĽĿŁ",
    "N": "ÑŃŅŇŊ",
    "O": "ÒÓÔÕŌŎŐ",
    "OE": "ÖØŒ",
    "R": "ŔŖŘ",
    "S": "ŚŜŞŠ",
    "SS": "ẞß",
    "T": "ŢŤŦ",
    "TH": "Þ",
    "U": "ÙÚÛŨŪŬŮŰŲ",
    "UE": "Ü",
    "W": "Ŵ",
    "Y": "ÝŶŸ",
    "Z": "ŹŻŽ",
}


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("SØREN ÅGÅRD-ÖZIL", "SOEREN AAGAARD-OEZIL"),
        ("A\u030ase", "AASE"),
        ("Groß", "GROSS"),
        ("Müller", "MUELLER"),
        ("Þór Ðiðrik", "THOR DIDRIK"),
        ("O’Brien", "OBRIEN"),
        ("O'Brien", "OBRIEN"),
        ("Nguyễn", "NGUYEN"),
        ("Łukasz Žižka", "LUKASZ ZIZKA"),
        ("Anne-Marie van der Ærø", "ANNE-MARIE VAN DER AEROE"),
    ],
)
def test_a_name_in_list_form(written: str, listed: str) -> None:
    """Upper case, Doc 9303's letters, hyphen kept, apostrophe gone."""
    assert transliterate(written) == ListForm(listed)


@pytest.mark.parametrize(
    ("written", "ticketed"),
    [
        ("van der Ærø", "VANDERAEROE"),
        ("Anne-Marie", "ANNEMARIE"),
        ("O’Brien", "OBRIEN"),
        ("Ågård-Özil", "AAGAARDOEZIL"),
    ],
)
def test_a_name_in_ticket_form(written: str, ticketed: str) -> None:
    """The ticket form has no hyphen, apostrophe or space."""
    assert transliterate_for_ticket(written) == ListForm(ticketed)


@pytest.mark.parametrize(
    ("letter", "form"), [(letter, form) for form, letters in TABLE_A.items() for letter in letters]
)
def test_each_letter_of_the_table(letter: str, form: str) -> None:
    """Every letter of the standard's table has its form, composed or decomposed, upper or lower case."""
    spellings = {letter, letter.lower(), unicodedata.normalize("NFD", letter)}
    assert {transliterate(spelling) for spelling in spellings} == {ListForm(form)}


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("Ǻse Ǿ", "AASE OE"),  # an accent on a letter of the table
        ("ﬁn", "FIN"),
        ("J.P. Hansen, jr.", "JP HANSEN JR"),
        ("  Anne –  Marie- ", "ANNE-MARIE"),
        ("Li\u00a0Na\u200b", "LI NA"),
        ("Gal·la", "GALLA"),
        ("(Bo) “Bobby” Holm", "BO BOBBY HOLM"),
    ],
)
def test_signs_beside_the_letters(written: str, listed: str) -> None:
    """Punctuation and odd spaces separate or vanish; they are no part of a name."""
    assert transliterate(written) == ListForm(listed)


@pytest.mark.parametrize(
    ("written", "listed", "unwritten"),
    [
        ("Γιώργος", "", "ΓΙΏΡΓΟΣ"),
        ("Қанат", "ANAT", "Қ"),  # Kazakh is not in the table of Cyrillic letters
        ("\u06a8\u0627", "A", "\u06a8"),  # the table of Arabic letters does not encode it
        ("李娜", "", "李娜"),
        ("Əliyev", "LIYEV", "Ə"),
        ("Bo 2", "BO", "2"),
        ("Bo 😀", "BO", "😀"),
    ],
)
def test_what_cannot_be_written_is_said(written: str, listed: str, unwritten: str) -> None:
    """A character without a form in A–Z is named, never silently dropped."""
    form = transliterate(written)
    assert (form.text, form.unmapped, form.is_whole) == (listed, unwritten, False)


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("Анна Петрова", "ANNA PETROVA"),
        ("Юлия Щеглова-Цой", "IULIIA SHCHEGLOVA-TSOI"),
        ("Фёдор Соловьёв", "FEDOR SOLOVEV"),
        ("Подъячева Эмма", "PODIEIACHEVA EMMA"),
        ("и\u0306ога", "IOGA"),  # decomposed й
        ("Ѐж Ѝва", "EZH IVA"),
        ("Љубиша Њ. Ђорђевић", "LJUBISHA NJ DORDEVIC"),
        ("Володимир Зеленський", "VOLODIMIR ZELENSKII"),
    ],
)
def test_a_name_in_cyrillic(written: str, listed: str) -> None:
    """By the general column of table B, whatever the language."""
    assert transliterate(written) == ListForm(listed, is_transliterated=True)


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("ابو بكر محمد بن زكريا الرازي", "ABW BKR MXHMD BN ZKRYA ALRAZY"),  # Doc 9303's own example
        ("محمد علي", "MXHMD ELY"),
        ("ناصر", "NAXSSR"),
        ("عبّاس", "EBBAS"),  # note 3 to table C
        ("فضّة", "FXDZXDZXAH"),  # note 3 to table C
        ("مُحَمَّد", "MXHMMD"),  # vowels are not written, and do not part the letter from its doubling
        ("محـــمد", "MXHMD"),
        ("فاطمة-علي", "FAXTTMXAH-ELY"),
        ("فاطمةً", "FAXTTMXAH"),
        ("ةا", "XTAA"),
        ("ا\u0653من", "XAAMN"),  # decomposed alef with madda
        ("ﻣﺤﻤﺪ", "MXHMD"),  # as older systems write the letters, each in its joined form
        ("پرویز", "PRWXYAZ"),
    ],
)
def test_a_name_in_arabic(written: str, listed: str) -> None:
    """By table C, as the machine-readable line of a passport has it."""
    assert transliterate(written) == ListForm(listed, is_transliterated=True)


@pytest.mark.parametrize("table", [CYRILLIC, ARABIC], ids=["Cyrillic", "Arabic"])
def test_each_letter_of_another_script(table: dict[str, str]) -> None:
    """Composed or decomposed, upper or lower case, inside a name: none is dropped but the soft sign."""
    for letter, form in table.items():
        for spelling in {letter, letter.lower(), unicodedata.normalize("NFD", letter)}:
            assert transliterate(f"A{spelling}A") == ListForm(f"A{form}A", is_transliterated=True), letter
    assert [letter for letter, form in table.items() if not form] in ([], ["Ь"])


def test_a_name_in_latin_letters_is_the_persons_own() -> None:
    """Its letters are only written out, so nothing is to be asked."""
    assert not transliterate("Søren Ågård-Özil").is_transliterated
    assert transliterate_for_ticket("Петрова") == ListForm("PETROVA", is_transliterated=True)


def test_a_name_of_signs_that_vanish() -> None:
    """A name that leaves nothing to read is not whole."""
    assert not transliterate("’’").is_whole

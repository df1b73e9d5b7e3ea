"""The words for codes on a list, and the format of phone numbers."""

from chalicelib.contact.phones import format_international
from chalicelib.registration.details import CONTACT_COLUMNS

FOOD = {
    "guests": "Gæster i alt",
    "vegetarian": "Vegetarisk",
    "vegan": "Vegansk",
    "gluten_free": "Glutenfrit",
    "lactose_free": "Laktosefrit",
    "kosher": "Kosher",
    "halal": "Halal",
    "gluten": "Allergi: gluten",
    "crustaceans": "Allergi: krebsdyr",
    "eggs": "Allergi: æg",
    "fish": "Allergi: fisk",
    "peanuts": "Allergi: jordnødder",
    "soybeans": "Allergi: soja",
    "milk": "Allergi: mælk",
    "nuts": "Allergi: nødder",
    "celery": "Allergi: selleri",
    "mustard": "Allergi: sennep",
    "sesame": "Allergi: sesam",
    "sulphites": "Allergi: sulfitter",
    "lupin": "Allergi: lupin",
    "molluscs": "Allergi: bløddyr",
    "note": "Andet, se bemærkning",
}

ALLERGENS = {code: words.removeprefix("Allergi: ").capitalize() for code, words in FOOD.items() if ":" in words}

ROOM_STATES = {"to-be-matched": "Mangler en at dele med"}

CHANGES = {"added": "Ny", "removed": "Udgået", "changed": "Ændret"}

FIELDS = {
    **{column.key: column.heading for column in CONTACT_COLUMNS},
    "needs": "Tilmeldt til",
    "name_on_list": "Navn på flylisten",
    "title": "Titel",
    "assistance": "Assistance",
    "shares_with": "Deler værelse med",
}

ASK_TARGETS = {"traveller": "Deltageren", "airline": "Flyselskabet", "bus": "Busselskabet", "hotel": "Hotellet"}


def format_spreadsheet_safe(number: str) -> str:
    """Format an E.164 number as `(+45) 20 12 34 56`: a cell that opens with a plus is a formula."""
    code, _, rest = format_international(number).partition(" ")
    return f"({code}) {rest}".strip()

"""What the details that everybody tells are called, on the form and in a history."""

from chalicelib.language import N_

NAMES = {
    "given_name": N_("Given name"),
    "family_name": N_("Family name"),
    "email": N_("Email address"),
    "phone": N_("Phone"),
    "organisation": N_("Organisation"),
    "sector": N_("Sector"),
}

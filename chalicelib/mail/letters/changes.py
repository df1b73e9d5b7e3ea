"""The letters about a changed registration: by the participant or an organiser, or by a swap."""

from collections.abc import Iterator
from dataclasses import replace

from chalicelib.facts import Changed, Swapped
from chalicelib.language import N_
from chalicelib.mail.letters.context import (
    LetterContext,
    build_base_letter,
    build_calendar_paragraph,
    build_confirmed_base,
)
from chalicelib.mail.letters.history import read_extras
from chalicelib.mail.letters.letter import Detail, Letter
from chalicelib.registration.details import DETAILS, GROUPS

#: The changed fields that the letter names, by field. Details about health are not named.
_FIELD_LABELS = {
    **{detail.name: detail.changed_label for detail in DETAILS if detail.changed_label},
    **{name: group.changed_label for name, group in GROUPS.items() if group.changed_label},
    "needs": N_("What you take part in"),
    "wait_for": N_("What you wait for"),
}


def build_changed_letter(context: LetterContext, fact: Changed) -> Letter:
    """Build the letter that names the changed fields and what the registration covers now."""
    _, is_confirmed = context._, fact.status == "confirmed"
    base = build_confirmed_base(context, fact.needs) if is_confirmed else build_base_letter(context)
    news = _("Your registration for “%(title)s” has been changed. Here is how it stands now.")
    paragraphs, details = (
        [news % {"title": context.title}, *_build_person_paragraphs(context, fact)],
        [*base.details],
    )
    labels = dict.fromkeys(_(_FIELD_LABELS[name]) for name in fact.fields if name in _FIELD_LABELS)
    if labels:
        details.append(Detail(_("Changed"), ", ".join(labels)))
    if fact.waiting_for:
        details.append(Detail(_("Waiting for"), context.join_titles(fact.waiting_for)))
        paragraphs.append(_build_swap_paragraph(context))
    if is_confirmed:
        paragraphs.append(build_calendar_paragraph(context, fact.needs))
    return replace(
        base,
        subject=_("Your registration is changed: %(title)s") % {"title": context.title},
        paragraphs=tuple(paragraphs),
        details=tuple(details),
    )


def _build_person_paragraphs(context: LetterContext, fact: Changed) -> Iterator[str]:
    """Build the paragraphs that say that something was told for the person, or went with a former one."""
    _, extras = context._, read_extras(context.registration, fact)
    if "told_by_the_person" in extras:
        yield _(
            "The organiser has written down something that you had told them. On your page you can see what it is,"
            " correct it or delete it."
        )
    if "dropped" in extras:
        yield _(
            "The registration is for another person now, so we have deleted what only the former one could tell"
            " us. On the page you can tell us what we should know about you."
        )


def _build_swap_paragraph(context: LetterContext) -> str:
    _ = context._
    return _(
        "You keep what you have. When what you wait for comes free and it is your turn, we change your"
        " registration and write to you; what you no longer need goes to the next in line."
    )


def build_swapped_letter(context: LetterContext, fact: Swapped) -> Letter:
    """Build the letter that names the units taken and the units given up for them."""
    _, base = context._, build_confirmed_base(context, fact.needs)
    news = _("What you waited for has come free: %(took)s. It is yours now at “%(title)s”.")
    gave = (Detail(_("No longer yours"), context.join_titles(fact.gave)),) if fact.gave else ()
    return replace(
        base,
        subject=_("What you waited for is yours: %(title)s") % {"title": context.title},
        paragraphs=(
            news % {"title": context.title, "took": context.join_titles(fact.took)},
            build_calendar_paragraph(context, fact.needs),
        ),
        details=(*base.details, *gave),
    )

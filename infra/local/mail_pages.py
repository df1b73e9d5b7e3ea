"""The mails of this machine as pages."""

from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from html import escape

from infra.local.mailbox import MailSummary, parse

_SHOWN_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted")

_KEPT = (
    "<p>Mails stay here as they do in the mailboxes of the people they went to: also after a person is erased. "
    "They go with the data folder.</p>"
)
_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .3rem .6rem; vertical-align: top }
tbody tr { border-top: 1px solid #ccc } iframe { width: 100%; height: 36rem; border: 1px solid #ccc }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f4; padding: 1rem }
"""


def render_list(mails: Sequence[MailSummary]) -> str:
    """Render the list of all mails, newest first."""
    rows = "".join(_render_row(letter) for letter in reversed(mails))
    table = (
        "<table><thead><tr><th scope=col>No.</th><th scope=col>To</th><th scope=col>Subject</th>"
        f"<th scope=col>Sent</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    return _render_page("Mails", _KEPT + (table if mails else "<p>No mail has been sent yet.</p>"))


def _render_row(mail: MailSummary) -> str:
    sent = mail.sent_at.strftime("%Y-%m-%d %H:%M") if mail.sent_at else ""
    return (
        f"<tr><td>{mail.n}</td><td>{escape(mail.to)}</td>"
        f'<td><a href="/_local/mails/{mail.n}">{escape(mail.subject) or "(no subject)"}</a></td>'
        f"<td>{sent}</td></tr>"
    )


def render_mail(n: int, raw: bytes) -> str:
    """Render one mail: its headers, its parts and the names of its attachments."""
    message = parse(raw)
    parts = "".join([_KEPT, _render_headers(message), *_render_bodies(message), _render_attachments(message)])
    links = f'<p><a href="/_local/mails">All mails</a> · <a href="/_local/mails/{n}.eml">As it was sent</a></p>'
    return _render_page(str(message["Subject"] or f"Mail {n}"), links + parts)


def _render_headers(message: EmailMessage) -> str:
    rows = (
        f"<tr><th scope=row>{name}</th><td>{escape(str(message[name]))}</td></tr>"
        for name in _SHOWN_HEADERS
        if message[name] is not None
    )
    return f"<table><tbody>{''.join(rows)}</tbody></table>"


def _render_bodies(message: EmailMessage) -> Iterator[str]:
    titles = {"text/html": "As a page", "text/plain": "As text", "text/calendar": "Calendar"}
    texts = {
        part.get_content_type(): _decode_text(part)
        for part in message.walk()
        if part.get_content_type() in titles and not part.is_attachment()
    }
    for kind, title in titles.items():
        if kind in texts:
            shown = _render_iframe(texts[kind]) if kind == "text/html" else f"<pre>{escape(texts[kind])}</pre>"
            yield f"<h2>{title}</h2>{shown}"


def _decode_text(part: EmailMessage) -> str:
    try:
        return str(part.get_content())
    except (LookupError, UnicodeError):
        return str(part.get_payload())


def _render_iframe(page: str) -> str:
    """Render the mail's page in a frame where no script runs and links open in the whole window."""
    inside = escape(f'<base target="_top">{page}', quote=True)
    return (
        f'<iframe title="The mail" sandbox="allow-top-navigation-by-user-activation" srcdoc="{inside}"></iframe>'
    )


def _render_attachments(message: EmailMessage) -> str:
    names = [part.get_filename() or part.get_content_type() for part in message.walk() if part.is_attachment()]
    rows = "".join(f"<li>{escape(name)}</li>" for name in names)
    return f"<h2>Attached</h2><ul>{rows}</ul>" if names else ""


def _render_page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )

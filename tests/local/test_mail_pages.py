"""A mail as a page."""

from email.message import EmailMessage

from infra.local import mail_pages


def _letter() -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Velkommen <Søren>"
    message.set_content("Hej Søren & co")
    message.add_alternative('<p onclick="x()">Hej <a href="/x">Søren</a></p>', subtype="html")
    message.add_alternative("BEGIN:VCALENDAR", subtype="calendar", params={"method": "REQUEST"})
    message.add_attachment(b"BEGIN", maintype="text", subtype="calendar", filename="invite.ics")
    return message.as_bytes()


def test_all_parts_are_shown_and_nothing_of_the_mail_runs() -> None:
    """Headers and text escaped, the mail's own page in a frame without scripts, attachments by name."""
    page = mail_pages.render_mail(3, _letter())

    shown = (
        "<h1>Velkommen &lt;Søren&gt;</h1>",
        "<pre>Hej Søren &amp; co\n</pre>",
        "<pre>BEGIN:VCALENDAR\n</pre>",
        "<li>invite.ics</li>",
        'href="/_local/mails/3.eml"',
        'sandbox="allow-top-navigation-by-user-activation"',
        "&lt;p onclick=&quot;x()&quot;&gt;",
    )
    assert [part for part in shown if part not in page] == []
    assert "<p onclick" not in page


def test_a_mail_in_an_unknown_charset_is_shown_all_the_same() -> None:
    """As far as it can be read."""
    raw = b"From: a@example.org\nSubject: x\nContent-Type: text/plain; charset=klingon\n\nHello\n"

    assert "<pre>Hello" in mail_pages.render_mail(1, raw)


def test_the_pages_say_that_mails_outlive_an_erasure() -> None:
    """The reader of an erased person's mail must know why it is still there."""
    said = "also after a person is erased"
    assert said in mail_pages.render_list([])
    assert said in mail_pages.render_mail(1, b"Subject: x\r\n\r\nHello\r\n")

"""The links of registrations: tokens, QR codes, and asking for the mail with a link again."""

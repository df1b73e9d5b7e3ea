"""Mails to participants and organisers: building letters and calendar files, and sending each mail once."""

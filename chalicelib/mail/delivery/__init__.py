"""Delivery: building, sending and recording mails, and what SES reports about them."""

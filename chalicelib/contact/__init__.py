"""How people are reached: mail addresses and phone numbers."""

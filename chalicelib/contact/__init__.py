"""How people are named and reached: names, mail addresses and phone numbers."""

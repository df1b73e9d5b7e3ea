"""The people of a party, and what the person who registered them changes for them."""

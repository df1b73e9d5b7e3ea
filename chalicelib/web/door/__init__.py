"""The routes and pages of check-in staff and caterers."""

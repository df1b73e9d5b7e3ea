"""The look that pages and mails share: their typeface and their colours, by day and by night.

PDFs are set in the typeface that comes with Typst, so that they look the same on any machine.
"""

FONT_FAMILY = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif"

#: By name: of text and what it stands on, of lines between parts, and of all that can be pressed.
LIGHT = {"ink": "#1c1f24", "paper": "#ffffff", "line": "#c8ccd2", "accent": "#0b5a8a"}
DARK = {"ink": "#e8eaed", "paper": "#16191d", "line": "#4a5058", "accent": "#7cc0ea"}

#: The placeholders in a stylesheet, and what stands for them.
PLACEHOLDERS = {
    "font_family": FONT_FAMILY,
    **{f"light_{name}": colour for name, colour in LIGHT.items()},
    **{f"dark_{name}": colour for name, colour in DARK.items()},
}

"""Pieces shared by the console and the display, whose root is 16 px and not the 24 px of the citizen's screens."""

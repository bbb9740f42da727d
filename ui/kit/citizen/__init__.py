"""Pieces of the citizen's screens, at the guide's 24 px root: tokens, typesetting, parts, and the QML that draws."""

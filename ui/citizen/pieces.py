"""A layer as QML takes it: every piece of a line in one list, so that a text needs no item of its own around its words.

An item costs the frame that makes it about as much as the text in it (decision 008).
"""

from __future__ import annotations

from ui.citizen.first import Map

ONLY_SAID: Map = {"x": 0, "y": 0, "h": 32, "text": " ", "px": 24, "bold": False}


def drawn(layer: Map) -> Map:
    """`words` in place of `texts`, in the layer and on each plate."""
    return {
        "boxes": layer["boxes"],
        "icons": layer["icons"],
        "pictures": layer["pictures"],
        "words": words(layer["texts"]),
        "plates": [
            {**{key: value for key, value in plate.items() if key != "texts"}, "words": words(plate["texts"])}
            for plate in layer["plates"]
        ],
    }


def words(texts: list[Map]) -> list[Map]:
    """The first piece of a text carries the name and the role of all of it. What is only said is a blank piece."""
    return [
        {
            **word,
            "x": text["x"] + word["x"],
            "y": text["y"] + word["y"],
            "tone": text["tone"],
            "family": text["family"],
            "name": "" if n else text["name"],
            "heading": text["heading"],
        }
        for text in texts
        for n, word in enumerate(text["words"] or [ONLY_SAID])
    ]

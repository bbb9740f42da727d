"""The citizen's face: the touch screen of a ticket machine, drawn whole from each view that the core sends."""

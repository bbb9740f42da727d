"""The ticket printer: ESC/POS in our own bytes, because a printed ticket must be certain and its Japanese right."""

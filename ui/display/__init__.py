"""The call display: a face that only shows, and says so plainly when what it shows is old."""

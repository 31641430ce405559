"""Agreement: do intervals cover, do tests keep their level, how fast, and what two real studies give."""

"""A comparison for people: tables by aim, remarks on what was compared, and pictures."""

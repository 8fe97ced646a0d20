"""Scenarios: files of terms, what may be said in them, and what is said where something is wrong."""

"""Patients and their care: birth, a month's story from need to service, and what is counted of it; all compiled."""

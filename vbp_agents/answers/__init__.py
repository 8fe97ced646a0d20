"""What documents say to people, in words and tables: why a provider acted, what happened to a patient, the evidence."""

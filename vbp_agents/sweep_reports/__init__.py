"""What a sweep is told as: its question, design, failures and provenance in words, and the report that has them all."""

"""What a sweep says: functions from its tables to a frame with its own picture and a sentence in plain words."""

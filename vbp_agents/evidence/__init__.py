"""The evidence: what was published, what the model gives, and which of it was fitted."""

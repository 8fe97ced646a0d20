"""A contract by itself, without a simulation: what it pays, and what one more of anything is worth under it."""

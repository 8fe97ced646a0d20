"""`vbp`: options, and what each command does with them."""

"""How each lever follows from what contracts are worth: a drive in dollars, linear in it, and a smooth response."""

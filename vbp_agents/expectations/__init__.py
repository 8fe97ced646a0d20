"""What contracts are worth to who holds them: the derivative of a year's expected payment, whatever the rule."""

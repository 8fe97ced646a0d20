"""What a contract is worth to its holder: the derivative of a year's expected payment, whatever the rule."""

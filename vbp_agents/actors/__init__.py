"""Who acts, and what they hold: payers, organizations, practices, their contracts, money, beliefs and levers."""

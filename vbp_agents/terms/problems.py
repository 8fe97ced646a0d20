"""What scenarios say of wrong names, beside what all parameters say (`problems.py` of the package)."""

from vbp_agents.errors import did_you_mean

LONGEST_NAME = 64
NAME_PATTERN = rf"^[a-z0-9][a-z0-9_-]{{0,{LONGEST_NAME - 1}}}$"
"""What names of scenarios, payers and ladders are made of."""


def unknown_payer(name: str, payers: list[str]) -> str:
    """What is said about a contract of a payer that the scenario does not have."""
    return f"there is no payer {name!r}; allowed {', '.join(payers)}{did_you_mean(name, payers)}"

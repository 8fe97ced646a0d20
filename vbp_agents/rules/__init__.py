"""What payment regimes share: minimum savings rate, benchmark, measured quality, sharing, capitated amounts."""

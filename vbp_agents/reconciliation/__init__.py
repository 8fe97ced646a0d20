"""Real contracts: CMS public use files, settled anew by the simulation's own rules."""

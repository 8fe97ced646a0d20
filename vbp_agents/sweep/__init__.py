"""Sweeps: studies over many points of levers and uncertainties, that can be stopped, resumed and spread over machines."""

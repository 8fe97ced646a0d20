"""Sweeps: studies over points of levers and uncertainties, that can be stopped, resumed and spread over machines."""

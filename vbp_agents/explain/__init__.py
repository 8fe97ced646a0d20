"""Why: a provider's reasons and a patient's months, lived once more from the results of a comparison."""

"""The slice of SALib that this project uses: samples, and what they came to."""

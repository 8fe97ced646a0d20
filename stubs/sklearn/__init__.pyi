"""The slice of scikit-learn that this project uses: one tree."""

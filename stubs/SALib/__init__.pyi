"""The slice of SALib that this project uses: samples."""

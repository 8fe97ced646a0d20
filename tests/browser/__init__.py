"""Tests in a real browser: `pytest -m browser -n 0`."""

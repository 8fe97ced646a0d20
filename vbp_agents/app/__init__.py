"""The interactive page: `vbp app`. It shows what the package computes and holds no model logic of its own.

Solara is imported in this folder alone. A view is one file in `views/`, a lesson one YAML file in `lessons/`.
"""

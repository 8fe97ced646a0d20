"""How things are told: words and numbers, pages of pictures, the terminal, progress and interruption."""

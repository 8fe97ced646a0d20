"""What the site needs beside Sphinx, its Markdown and its theme: a small extension each."""

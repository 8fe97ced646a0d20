"""What is around every view. Solara takes the templates and assets beside this folder for the page's own."""

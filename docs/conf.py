"""How the site is built: every page of the project as HTML that opens from its folder, without the internet.

python -m sphinx -W --keep-going -q -c docs . build/site

Pages are the Markdown files as they stand in the repository, and the notebooks. What Sphinx lacks is in
`docs/site_pages/`.
"""

import sys
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]
vbp_agents = import_module("vbp_agents")

project = "vbp-agents"
author = "The vbp-agents developers"
version = release = vbp_agents.__version__
project_copyright = author
extensions = ["myst_parser", "site_pages.contents", "site_pages.notebooks", "site_pages.sources", "site_pages.mathml"]

root_doc = "README"
source_suffix = {".md": "markdown", ".ipynb": "markdown"}
include_patterns = [
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/**.md",
    "docs/**.ipynb",
    "experiments/README.md",
    "experiments/results/*.md",
    "benchmarks/README.md",
]
exclude_patterns = [".*", "build", "dist", "stubs", "tests", "vbp_agents", "**/.ipynb_checkpoints"]

myst_enable_extensions = ["dollarmath"]
myst_dmath_allow_space = False
myst_dmath_allow_digits = False
myst_heading_anchors = 4
myst_url_schemes = {"http": None, "https": None, "mailto": None, "source": "{{path}}"}

html_theme = "furo"
html_title = "vbp-agents"
html_static_path = ["site_pages/style.css"]
html_css_files = ["style.css"]
html_show_search_summary = False  # a summary would be fetched, which a browser refuses to a page from a folder
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#00639c", "color-brand-content": "#00639c"},
    "dark_css_variables": {"color-brand-primary": "#6cbcf0", "color-brand-content": "#6cbcf0"},
}

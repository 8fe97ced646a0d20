"""Gather the browser's files of other projects into `front_end/`: `python -m vbp_agents.app.gather_front_end`.

They are stored as published, so that the page works without the internet. Needs `npm`. After an upgrade of Solara,
compare PACKAGES with the names in its templates first: `solara/server/templates/solara.html.j2` and, for charts,
`solara/widgets/vue/vegalite.vue`.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).with_name("front_end")
APPLICATION = "@widgetti/solara-vuetify-app@10.1.1"


class Package(NamedTuple):
    """A package of npm: its exact ``name@version``, and where each of its files goes in FOLDER."""

    name: str
    files: dict[str, str]


def _application() -> Package:
    """Vue, Vuetify and the widget manager; of the fonts, those that the page uses."""
    fonts = {
        "Roboto 400": "cb41c1e71debe927815c",
        "Roboto 400 italic": "06db94b5fad70e44175d",
        "Roboto 500": "2d241905f5d9b81989af",
        "Roboto 700": "1ab7bbddcdbde1b6f274",
    }
    scripts = ("solara-vuetify-app8.min.js", "solara-vuetify-app8.min.js.LICENSE.txt", "main8.css", "fonts.css")
    names = (*scripts, *(f"{font}.woff2" for font in fonts.values()))
    return Package(APPLICATION, {f"dist/{name}": f"{APPLICATION}/dist/{name}" for name in names})


PACKAGES = (
    _application(),
    Package("requirejs@2.3.6", {"require.js": "requirejs@2.3.6/require.js"}),
    Package("vega@5.33.1", {"build/vega.min.js": "vega@5/build/vega.min.js"}),
    Package(
        "vega-lite@5.23.0",
        {"build/vega-lite.min.js": "vega-lite@5/build/vega-lite.min.js", "LICENSE": "licenses/vega.txt"},
    ),
    Package("vega-embed@6.29.0", {"build/vega-embed.min.js": "vega-embed@6/build/vega-embed.min.js"}),
)
"""The charts' scripts are asked for by ranges of versions, and stored under those names."""


def npm_archive(name: str, folder: Path) -> Path:
    """The archive that npm publishes under ``name``, downloaded into ``folder``; npm checks its digest."""
    done = subprocess.run(["npm", "pack", "--silent", name], cwd=folder, check=True, capture_output=True, text=True)
    return folder / done.stdout.strip()


def gather(package: Package, folder: Path) -> None:
    """Copy a package's files to their places. Raises KeyError where it lacks one."""
    with tarfile.open(npm_archive(package.name, folder)) as archive:
        for inside, place in package.files.items():
            stream = archive.extractfile(f"package/{inside}")
            if stream is None:
                raise KeyError(f"{package.name} has no file {inside}")
            target = _FOLDER / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(stream.read())


def main() -> None:
    """Gather everything and say how large it is."""
    with tempfile.TemporaryDirectory() as folder:
        for package in PACKAGES:
            gather(package, Path(folder))
    files = [file for file in _FOLDER.rglob("*") if file.is_file()]
    sys.stderr.write(f"{len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.1f} MB in {_FOLDER}\n")


if __name__ == "__main__":
    main()

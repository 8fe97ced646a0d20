"""`vbp` in a process of its own, on the tiny model of `fake_vbp.py`."""

import os
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

FAKE_VBP = str(Path(__file__).parent / "fake_vbp.py")
SMALL = ("--patients", "100", "--years", "1", "--replicates", "3")
posix = pytest.mark.skipif(os.name != "posix", reason="signals and file-size limits of POSIX")


def vbp(
    folder: Path,
    *arguments: str,
    fake: str = "",
    limit: int | None = None,
    stdout: int | IO[bytes] = subprocess.PIPE,
    **environment: str,
) -> subprocess.CompletedProcess[str]:
    """Run `vbp` in ``folder`` on the tiny model, with an optional limit in bytes on every file that it writes."""

    def lower() -> None:
        import resource

        if limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return subprocess.run(
        [sys.executable, FAKE_VBP, *arguments],
        cwd=folder,
        env=os.environ | {"FAKE": fake, "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=600,
        preexec_fn=lower if limit is not None else None,
        check=False,
    )


def listed(folder: Path) -> list[str]:
    """Everything in a folder, but for the runs that a comparison keeps there."""
    return sorted(str(name) for file in folder.rglob("*") if ".runs" not in (name := file.relative_to(folder)).parts)


PUF = "ACO_Num,year,Track1,N_AB,MinSavPerc,EarnSaveLoss,QualScore,ABtotBnchmk,ABtotExp,FinalShareRate"
MISSED = "An accountable care organization,2014,1,20000,0.0250,9450000,0.9000,100000000,95000000,0.4500"

REGIME = """from vbp_agents.regimes.base import Regime


class Mine(Regime):
    title, source = "Mine", "made up"

    def pay(self, book):
        return book.late()
"""
"""A regime of a user's own that cannot pay."""

"""Why a provider moved and what happened to a patient, as `vbp explain` tells it: writes `docs/explain.md`.

python experiments/05_worked_explanations.py [--out docs/explain.md]
"""

import argparse
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from typer.testing import CliRunner

from vbp_agents import VbpModel
from vbp_agents.command_line.entries import app
from vbp_agents.explain.replay import run_to
from vbp_agents.study.recorded import read_recorded
from vbp_agents.warm_up import warmed_world

PROVIDER = 2
CONTRACTS = ("mssp_enhanced", "capitation")
COMPARE = "compare fee_for_service mssp_enhanced capitation --patients 20000 --years 3 --replicates 1 --out results"
TEXT = """# Reasons: a worked example

Written by [`05_worked_explanations.py`](../experiments/05_worked_explanations.py): what stands below a command is
what it printed. `vbp explain` lives the recorded run again from its seed, so nothing of this is stored, and nothing is
rounded on the way: the parts of a drive add up to it, and a patient's copy ends each month with the same bytes as in
the run.

## A provider

A *drive* is what one more of something brings, in dollars: one more service, a member-month of full effort, a
member of risk 1. It is told by contract and by what the contract pays for: spending, quality, risk score, members,
episodes, services. *Heads for* is what norms and effort let it lead to, *peers* where those are who share referrals,
*is now* where the lever is, all from baseline practice.

    vbp {compare}

{provider}

## A patient

The patient's months under a scenario, and under the baseline beside it: the same luck until care differs. *Not given*
are discretionary services; *by levers* is what this month differs from one in which practices had decided as at
baseline. Below: the patient with the lowest number whom a practice dropped under capitation.

{patient}
"""


def printed(command: str) -> str:
    """A command and what it prints on stdout, as a block of a page."""
    done = CliRunner().invoke(app, command.split())
    if done.exit_code:
        raise SystemExit(done.output)
    lines = [f"vbp {command}", "", *done.stdout.rstrip().splitlines()]
    return "\n".join(f"    {line}".rstrip() for line in lines)


def dropped(folder: Path) -> int:
    """The patient with the lowest number whom a practice dropped under capitation, and who lived on."""
    recorded = read_recorded(folder)
    scenario = recorded.scenario("capitation")
    model = VbpModel(world=warmed_world(scenario, recorded.patients, recorded.seed(1), 2), studied=scenario, threads=2)
    without_practice: set[int] = set()

    def note(month: int) -> None:
        patients = model.world.patients
        without_practice.update(patients.id[patients.practice < 0].tolist())

    run_to(recorded.months, model, note)
    alive = without_practice & set(model.world.patients.id.tolist())
    return min(alive)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the commands in an empty folder and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--out", type=Path, default=Path("docs/explain.md"))
    out: Path = parser.parse_args(arguments).out.absolute()
    os.environ["COLUMNS"] = "120"
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            printed(COMPARE)
            provider = [printed(f"explain results --provider {PROVIDER} --scenario {name}") for name in CONTRACTS]
            patient = printed(f"explain results --patient {dropped(Path('results'))} --scenario capitation")
        finally:
            os.chdir(before)
    out.write_text(TEXT.format(compare=COMPARE, provider="\n\n".join(provider), patient=patient), encoding="utf-8")


if __name__ == "__main__":
    main()

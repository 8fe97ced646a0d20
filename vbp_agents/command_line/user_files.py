"""Python files of a user's own (`--regime-file`, `--behavior-file`, `--metric-file`), read before long work begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vbp_agents.errors import WrongInput
from vbp_agents.presentation.terminal import note

NOT_A_SUM = (
    "pay() of two months together is not the pay of both (a threshold, a cap or a rate in it?). It moves the money, "
    "but providers see only what one more of anything adds in a usual month; what hangs on a whole belongs in settle()"
)


@dataclass(frozen=True)
class UserFiles:
    """The files, by what they are given as."""

    regimes: Sequence[Path] = ()
    behaviors: Sequence[Path] = ()
    metrics: Sequence[Path] = ()

    @classmethod
    def given(
        cls,
        regimes: Sequence[Path] | None,
        behaviors: Sequence[Path] | None = None,
        metrics: Sequence[Path] | None = None,
    ) -> "UserFiles":
        """What the options say, which is None where they say nothing."""
        return cls(regimes or (), behaviors or (), metrics or ())

    @property
    def paths(self) -> list[Path]:
        """All of them: no results may go there."""
        return [*self.regimes, *self.behaviors, *self.metrics]

    @property
    def regime_names(self) -> list[str]:
        """What the regimes are called, each once."""
        return list(dict.fromkeys(file.stem for file in self.regimes))

    @property
    def behavior_names(self) -> list[str]:
        """What the behaviors are called, each once."""
        return list(dict.fromkeys(file.stem for file in self.behaviors))

    def load(self) -> None:
        """Read them. Raises WrongInput, also where a preset has the name already."""
        for regime in self.regimes:
            _refuse_preset(regime)
            _load_regime(regime)
        for behavior in self.behaviors:
            _refuse_preset(behavior)
            _load_behavior(behavior)
        for metric in self.metrics:
            _load_metrics(metric)


def _refuse_preset(file: Path) -> None:
    from vbp_agents.terms.scenario_file import presets

    if file.stem in presets():
        raise WrongInput(f"{file}: {file.stem!r} is a scenario already; give the file another name")


def _load_regime(file: Path) -> None:
    from vbp_agents.regime_file import load_regime_file
    from vbp_agents.rule_check import adds_up

    if not adds_up(load_regime_file(file)().pay):
        note(f"{file}: {NOT_A_SUM}")


def _load_behavior(file: Path) -> None:
    from vbp_agents.behavior_file import load_behavior_file, moves_by_itself

    if moved := moves_by_itself(load_behavior_file(file)()):
        what = ", ".join(moved)
        note(f"{file}: moves {what} also where contracts add nothing: fee for service is not at baseline practice then")


def _load_metrics(file: Path) -> None:
    from vbp_agents.metric_file import load_metric_file

    load_metric_file(file)

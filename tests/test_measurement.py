"""What payers can measure: outcomes only where a scenario says so, with noise that is the same whoever asks."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import DEFAULT, having

from vbp_agents.actors.payment import Agreement
from vbp_agents.actors.world import World
from vbp_agents.book import OUTCOMES, Book, FloatArray
from vbp_agents.errors import WrongInput
from vbp_agents.model import VbpModel, run_model
from vbp_agents.regime_file import load_regime_file
from vbp_agents.regimes.base import Regime
from vbp_agents.regimes.capitation_withhold import CapitationWithhold
from vbp_agents.rng import Stream, generator
from vbp_agents.terms.measurement import Measurement, as_measured, measured_year, outcomes_read
from vbp_agents.terms.scenario import Contract
from vbp_agents.terms.scenario_file import read_scenario

FOR_HEALTH = '''
from vbp_agents.regimes.base import Regime


class ForHealth(Regime):
    """A hundred dollars a year of health."""

    title = "Pay for health"
    source = "invented"

    def settle(self, book):
        return {"settlement": 100 * book["measured_qalys"]}
'''


def truth(n: int = 400) -> Book:
    columns = {name: np.full(n, 50.0) for name in OUTCOMES} | {"member_months": np.full(n, 12.0)}
    return Book(columns)


def test_outcomes_are_zero_unless_measured() -> None:
    book = measured_year(truth(), Measurement(), 1, 0, 24)
    for name in OUTCOMES:
        assert not book[name].any()
        assert book.market is not None
        assert not book.market[name].any()
    assert (book["member_months"] == 12.0).all()


def test_measured_outcomes_have_noise() -> None:
    """400 contracts at 50, relative sd 0.1: mean within 4 x 5/20, sd 5 within 4 standard errors of 5/sqrt(800)."""
    book = measured_year(truth(), Measurement(outcomes=True, noise=0.1), 1, 0, 24)
    assert book.market is not None
    for name in OUTCOMES:
        assert abs(book[name].mean() - 50) < 1.0
        assert abs(book[name].std() - 5.0) < 0.71
        assert book.market[name][0] == pytest.approx(book[name].sum())
    assert not np.array_equal(book["measured_qalys"], book["measured_control"])


def test_no_two_registries_share_their_noise() -> None:
    """Of two payers, two outcomes, a month and its year, and who enters a contract: no standard normal is drawn twice.

    400 contracts each: luck that one stream counts on into the next would be there again, further along.
    """
    terms, luck = Measurement(outcomes=True, noise=0.1), []
    for payer in (0, 1):
        for month, months in ((12, 1), (12, 12), (13, 1)):
            measured = as_measured(truth().columns, terms, 1, payer, month, months)
            luck += [(measured[name] / 50.0 - 1.0) / 0.1 for name in OUTCOMES]
    drawn = np.round(np.concatenate(luck), 9)
    assert len(np.unique(drawn)) == len(drawn)
    choices = generator(1, Stream.PARTICIPATION, 12, 1, 0).standard_normal(400)
    assert not np.isin(np.round(choices, 9), drawn).any()


def test_a_measured_year_stays_as_it_was_measured() -> None:
    """The first year's Book after one year and after two, and as a model that begins then measures it.

    Another seed, and another year, measure otherwise.
    """
    terms = Measurement(outcomes=True)
    columns = truth().columns
    then = as_measured(columns, terms, 1, 0, 12, 12)["measured_harm"]
    assert (measured_year(truth(), terms, 1, 0, 12)["measured_harm"] == then).all()
    assert (as_measured(columns, terms, 2, 0, 12, 12)["measured_harm"] != then).all()
    assert (as_measured(columns, terms, 1, 0, 24, 12)["measured_harm"] != then).all()


def test_payers_measure_a_year_once(small_world: World) -> None:
    """What payers keep of earlier years is the same object after another year, and what a new model would measure."""
    terms = having(DEFAULT, measurement=Measurement(outcomes=True))
    with VbpModel(world=small_world.copy(), studied=terms) as model:
        model.run_for(12)
        [first, *_] = model.books.measured[0, "members"]
        model.run_for(12)
        assert model.books.measured[0, "members"][1] is first
        with VbpModel(world=model.world.copy(), studied=terms) as anew:
            again = anew.books.measured[0, "members"][1]
    assert all((again[name] == first[name]).all() for name in OUTCOMES)
    assert first["measured_harm"].any()


def test_without_noise_it_is_the_truth(small_world: World) -> None:
    """QALYs, control and harm of the contracts' members, as the results have them."""
    terms = having(DEFAULT, measurement=Measurement(outcomes=True, noise=0.0))
    model = VbpModel(world=small_world.copy(), studied=terms)
    everybody = np.arange(small_world.region.n_holders)
    agreement = Agreement("", CapitationWithhold(), everybody, everybody[:0], 1, 12, 1.0, "")
    for _ in range(12):
        model.step()
    unseen = model.year.hidden[:-1]
    columns = model.books.columns(0, "members", whole_year=True)
    np.testing.assert_allclose(columns["measured_qalys"], unseen.qalys / 1e6)
    np.testing.assert_allclose(columns["measured_control"], unseen.control / 1e6)
    assert (columns["measured_harm"] == unseen.harmful).all()
    assert model.year.hidden.harmful.sum() == model.year.truth.harmful.sum() > 0
    book = model.books.of_year(0, replace(agreement, last=24))
    assert (book["measured_harm"] == columns["measured_harm"]).all()
    model.close()


class Asking(Regime):
    """Asks for an outcome only of the peers' Book."""

    def settle(self, book: Book) -> dict[str, FloatArray]:
        return {"settlement": book.everyone["measured_harm"]}


def test_what_a_rule_reads() -> None:
    assert outcomes_read(Asking()) == {"measured_harm"}
    assert outcomes_read(CapitationWithhold()) == set()


def test_rules_on_outcomes_need_the_setting(tmp_path: Path) -> None:
    (tmp_path / "for_health.py").write_text(FOR_HEALTH, encoding="utf-8")
    load_regime_file(tmp_path / "for_health.py")
    text = "extends: default\ncontracts:\n- {payer: medicare, regime: for_health}\n"
    file = tmp_path / "mine.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(WrongInput, match=r"for_health pays on measured_qalys; write `measurement: \{outcomes: true\}`"):
        read_scenario(file)
    file.write_text(text + "measurement: {outcomes: true}\n", encoding="utf-8")
    scenario: Any = read_scenario(file)
    assert scenario.measurement == Measurement(outcomes=True, noise=0.05)


@pytest.mark.parametrize("regime", ["bundled", "hospital_vbp", "readmission_penalty"])
def test_hospitals_are_paid_the_same_whether_members_outcomes_are_measured_or_not(
    small_world: World, regime: str
) -> None:
    """Their rules read no outcomes, and their Books have none."""
    contract = Contract(payer="medicare", regime=regime, holders=("hospital",))
    scenario = having(DEFAULT, contracts=[contract])
    with_outcomes = having(scenario, measurement=Measurement(outcomes=True))
    one, other = run_model(small_world, scenario, 2).tables, run_model(small_world, with_outcomes, 2).tables
    assert len(one["settlements"])
    for name, table in one.items():
        assert table.equals(other[name]), name


@pytest.mark.parametrize("measurement", ["{outcomes: true}", "{outcomes: false}"])
def test_no_outcomes_of_hospitals_are_paid_on(measurement: str, tmp_path: Path) -> None:
    (tmp_path / "for_health.py").write_text(FOR_HEALTH, encoding="utf-8")
    load_regime_file(tmp_path / "for_health.py")
    contract = "{payer: medicare, regime: for_health, holders: [physician_led, hospital]}"
    file = tmp_path / "mine.yaml"
    file.write_text(f"contracts:\n- {contract}\nmeasurement: {measurement}\n", encoding="utf-8")
    said = "for_health pays on measured_qalys: outcomes are measured of members, and hospitals have none"
    with pytest.raises(WrongInput, match=rf"mine.yaml:2:\d+: contracts\.0\.holders: {said}; name kinds of ACO"):
        read_scenario(file)

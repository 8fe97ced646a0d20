"""What regimes share: the minimum savings rate, benchmarks, measured quality, targets, episodes and sharing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vbp_agents.book import Book, FloatArray
from vbp_agents.rules import quality, sharing
from vbp_agents.rules.benchmark import BenchmarkTerms, base_years
from vbp_agents.rules.composite_quality import COMPLICATION_DECILES, SURVEY_DECILES, CompositeTerms
from vbp_agents.rules.episodes import EpisodeTerms
from vbp_agents.rules.hospital_points import achievement_points, improvement_points
from vbp_agents.rules.minimum_savings_rate import by_size, minimum_savings_rate
from vbp_agents.rules.ratio import mean, ratio
from vbp_agents.rules.standardized import ratio_to_market
from vbp_agents.rules.targets import TargetTerms, achievement


def array(*numbers: float) -> FloatArray:
    return np.array(numbers, float)


@pytest.mark.parametrize(
    ("people", "percent"),
    [  # the knots of R07, and below 5,000 people the rates that the CMS files publish (MinSavPerc by N_AB)
        *[(5_000, 3.9), (6_000, 3.6), (7_000, 3.4), (8_000, 3.2), (9_000, 3.1), (10_000, 3.0), (15_000, 2.7)],
        *[(20_000, 2.5), (50_000, 2.2), (60_000, 2.0), (2_000_000, 2.0)],
        *[(500, 12.2), (100, 12.2), (0, 12.2)],
        *[(640, 11.22), (1_401, 7.96), (1_708, 7.39), (2_434, 6.05), (3_190, 4.90), (4_291, 4.29), (4_910, 3.95)],
    ],
)
def test_minimum_savings_rate_at_the_knots(people: float, percent: float) -> None:
    assert by_size(array(people))[0] == pytest.approx(percent / 100, abs=0.00005 + 1e-9)


@pytest.mark.parametrize(
    ("people", "percent"),
    [(5_500, 3.75), (9_500, 3.05), (12_500, 2.85), (35_000, 2.35), (55_000, 2.1), (2_000, 6.85), (4_000, 4.45)],
)
def test_minimum_savings_rate_halfway_between_knots(people: float, percent: float) -> None:
    """Linear in between [R07]: the mean of the two neighbors, worked out by hand."""
    assert by_size(array(people))[0] == pytest.approx(percent / 100, abs=1e-12)


def test_a_chosen_minimum_replaces_the_rate_by_size() -> None:
    np.testing.assert_array_equal(minimum_savings_rate(array(5_000, 60_000), 0.015), [0.015, 0.015])
    np.testing.assert_allclose(minimum_savings_rate(array(5_000, 60_000), None), [0.039, 0.020])


def test_nothing_over_nothing_is_a_number() -> None:
    np.testing.assert_array_equal(ratio(array(0, 3, 4), array(0, 0, 2)), [0, 0, 2])
    np.testing.assert_array_equal(ratio(array(1), array(0), otherwise=1.0), [1])


@pytest.mark.parametrize("name", quality.MEASURES)
@pytest.mark.parametrize(("decile", "points"), [(0, 45.0), (1, 54.2), (5, 91.0), (8, 96.4), (10, 100.0)])
def test_quality_points_at_national_deciles(name: str, decile: int, points: float) -> None:
    """45 at percentile 0, 91 at 50, 100 at 100, linear between: at 10, 45 + 46/5; at 80, 91 + 9 x 3/5."""
    measure = quality.MEASURES[name]
    assert measure.points(array(measure.deciles[decile]))[0] == pytest.approx(points)


@pytest.mark.parametrize("name", quality.MEASURES)
def test_quality_tables_run_from_worst_to_best(name: str) -> None:
    deciles = quality.MEASURES[name].deciles
    assert len(deciles) == 11
    steps = np.diff(deciles)
    assert (steps > 0).all() or (steps < 0).all()
    assert (steps < 0).all() == (name == "readmissions")


def test_quality_is_the_mean_of_what_was_measured() -> None:
    best_and_worst = Book(
        {
            "surveyed": array(300, 300, 0, 0),
            "survey_points": array(30_000, 30_000, 0, 0),  # 100 each: past the best decile, 100 points
            "diagnosed": array(50, 0, 0, 0),  # none controlled: 45 points
            "live_discharges": array(0, 0, 10, 0),  # none followed up, none readmitted: 45 and 100 points
        }
    )
    np.testing.assert_allclose(quality.score(best_and_worst), [72.5, 100, 72.5, 0])


def test_reporting_is_enough_in_the_first_years() -> None:
    books = [Book({"diagnosed": array(50)}, performance_year=year) for year in (1, 2, 3)]
    assert [quality.counted_quality(book, 2)[0] for book in books] == [100, 100, 45]


def year_of(spending: float, market: float, members: float = 12.0) -> Book:
    """A year of one contract that spends so much a member-month, and of its market."""
    columns = {
        "member_months": array(members),
        "risk_months": array(members),
        "test_truncated_outside": array(spending * members),
    }
    return Book(columns, Book({"member_months": array(12), "other_truncated_inside": array(12 * market)}))


def test_base_years_are_those_before_the_agreement() -> None:
    earlier = tuple(year_of(100.0 + index, 100) for index in range(8))
    for year, latest in [(1, 0), (2, 1), (5, 4), (6, 0), (7, 1)]:
        base = base_years(earlier, (year - 1) % 5)
        assert base == (earlier[latest + 2], earlier[latest + 1], earlier[latest]), year
    with pytest.raises(ValueError, match="year 5 of an agreement needs 7 earlier years; the Book has 6"):
        base_years(earlier[:6], 4)


def test_a_benchmark_needs_the_market() -> None:
    alone = Book({"member_months": array(12)})
    with pytest.raises(ValueError, match="market"):
        BenchmarkTerms().benchmark(Book({"member_months": array(12)}, alone, (alone,) * 3))


def test_a_base_year_without_members_has_no_weight() -> None:
    """By hand: (0.3 x 90 + 0.6 x 120) / 0.9 = 110; the market is at 110 too, so there is no adjustment."""
    base = (year_of(120, 110), year_of(90, 110), year_of(999, 110, members=0))
    benchmark = BenchmarkTerms().benchmark(Book(year_of(0, 110).columns, base[0].market, base))
    assert benchmark.historical[0] == pytest.approx(110)
    assert benchmark.total[0] == pytest.approx(110 * 12)


def test_saving_in_a_base_year_lowers_the_next_benchmark_by_its_weight() -> None:
    """The ratchet: a dollar less in a year of the first agreement costs 1/3 of the next historical benchmark [R18]."""
    terms = BenchmarkTerms(regional_weights_below=[0] * 4, regional_weights_above=[0] * 4)
    totals = []
    for spending in (100, 99):
        earlier = (year_of(100, 100), year_of(spending, 100), year_of(100, 100))
        totals.append(terms.benchmark(Book(year_of(0, 100).columns, earlier[0].market, earlier, 6)).total[0])
    assert totals[0] - totals[1] == pytest.approx(12 / 3)


def test_sicker_members_raise_what_their_market_would_spend() -> None:
    """Coded risk 1.5 in a market at 100: the region would spend 150; 35% of 150 - 130 is 7, capped at 5% of 100."""
    columns = {"member_months": array(10), "risk_months": array(15), "other_truncated_inside": array(1300)}
    year = Book(columns, year_of(0, 100).market)
    benchmark = BenchmarkTerms().benchmark(Book(columns, year.market, (year,) * 3))
    assert benchmark.regional_adjustment[0] == pytest.approx(5)


@given(st.floats(-0.5, 0.5), st.floats(0, 0.1), st.floats(0, 1), st.floats(0, 1))
def test_sharing_never_pays_the_wrong_way(savings_rate: float, minimum: float, share: float, loss: float) -> None:
    benchmark = array(1e6)
    dollars = sharing.Dollars(benchmark, benchmark * (1 - savings_rate))
    rates, limits = sharing.Rates(array(minimum), array(share), array(loss)), sharing.Limits(0.1, 0.04, None)
    settlement = sharing.settled_lines(dollars, rates, limits, 0.98)["settlement"][0]
    assert settlement * savings_rate >= 0
    assert -0.04e6 <= settlement <= 0.1e6


def test_sharing_is_first_dollar_at_exactly_the_minimum() -> None:
    """Savings of exactly 3% are past a minimum of 3% ("meet or exceed"), and count from the first dollar."""
    dollars = sharing.Dollars(array(100, 100), array(97, 103))
    rates = sharing.Rates(array(0.03, 0.03), array(0.5, 0.5), array(0.3, 0.3))
    lines = sharing.settled_lines(dollars, rates, sharing.Limits(1, 1, None), 0.98)
    np.testing.assert_allclose(lines["settlement"], [0.5 * 3 * 0.98, -0.3 * 3])


def test_means_are_weighted() -> None:
    np.testing.assert_allclose(mean(array(1, 3), array(3, 1)), [1.5])
    np.testing.assert_array_equal(mean(array(1, 3), array(0, 0)), [0])


def test_the_way_to_a_target() -> None:
    """From 60 to 80: nothing below, half at 70, all from 80 on; from 0.2 down to 0.1 the same."""
    np.testing.assert_allclose(achievement(array(50, 60, 70, 80, 90), 60, 80), [0, 0, 0.5, 1, 1])
    np.testing.assert_allclose(achievement(array(0.3, 0.2, 0.15, 0.1, 0), 0.2, 0.1), [0, 0, 0.5, 1, 1])


def test_default_targets_are_medians_and_ninth_deciles() -> None:
    """At the national median of all measures nothing is reached, at the ninth decile everything [42 CFR 412.160]."""
    for decile, reached in [(5, 0.0), (9, 1.0)]:
        columns = {}
        for measure in quality.MEASURES.values():
            columns[measure.denominator] = array(1000)
        for measure in quality.MEASURES.values():
            columns[measure.numerator] = array(1000 * measure.deciles[decile])
        assert TargetTerms().score(Book(columns))[0] == pytest.approx(reached)


@pytest.mark.parametrize(
    ("rate", "points"),
    # Benchmark 87.5, threshold 65: 9 x way + 0.5 by hand, e.g. 70: 9 x 5 / 22.5 + 0.5 = 2.5, rounded up.
    [(64.9, 0), (65, 1), (66, 1), (70, 3), (76.25, 5), (87, 9), (87.4, 9), (87.5, 10), (99, 10)],
)
def test_points_for_achievement(rate: float, points: float) -> None:
    assert achievement_points(array(rate), 65, 87.5)[0] == points
    assert achievement_points(array(-rate), -65, -87.5)[0] == points  # lower is better


@pytest.mark.parametrize(
    ("rate", "before", "points"),
    # 10 x (rate - before) / (80 - before) - 0.5 by hand: from 60 to 70 is half of the way, 4.5, rounded up.
    [
        (70, 60, 5),
        (62, 60, 1),
        (61, 60, 0),
        (60, 60, 0),
        (50, 60, 0),
        (79.9, 60, 9),
        (85, 60, 9),
        (85, 80, 0),
        (95, 90, 0),
    ],
)
def test_points_for_improvement(rate: float, before: float, points: float) -> None:
    assert improvement_points(array(rate), array(before), 70, 80)[0] == points
    assert improvement_points(array(-rate), array(-before), -70, -80)[0] == points


def test_a_small_hospital_is_compared_as_one_of_the_market() -> None:
    """10 of 50 where the market has 10%; with 50 prior cases (10 + 5) / 100 = 15%, 1.5 times the market."""
    market = Book({"readmitted": array(100), "live_discharges": array(1000)})
    book = Book({"readmitted": array(10, 0), "live_discharges": array(50, 0)}, market)
    np.testing.assert_allclose(ratio_to_market(book, "readmitted", ["live_discharges"], 50), [1.5, 1])
    np.testing.assert_allclose(ratio_to_market(book, "readmitted", ["live_discharges"], 0), [2, 1])
    with pytest.raises(ValueError, match="market"):
        ratio_to_market(market, "readmitted", ["live_discharges"], 0)


def rated(complications: float, survey: float) -> Book:
    """A hospital with a ratio of complications to the market's and a mean answer to the survey."""
    columns = {"joint_episodes": array(1000), "joint_complications": array(30 * complications)}
    asked = {"surveyed": array(100), "survey_points": array(100 * survey)}
    return Book(columns | asked, Book({"joint_episodes": array(1e5), "joint_complications": array(3000)}))


@pytest.mark.parametrize(
    ("complications", "survey", "score", "off"),
    [  # 42 CFR 510.315(c): 0, 5.5, 6.25, 7, 7.75, 8.5, 9.25, 10, and 0.8 of these for the survey
        (COMPLICATION_DECILES[2] + 0.01, SURVEY_DECILES[2] - 0.01, 0, 0),
        (COMPLICATION_DECILES[2] - 0.01, SURVEY_DECILES[2] - 0.01, 5.5, 0),
        (COMPLICATION_DECILES[3] - 0.01, SURVEY_DECILES[2] + 0.01, 6.25 + 4.4, 0.01),
        (COMPLICATION_DECILES[5] - 0.01, SURVEY_DECILES[2] - 0.01, 7.75, 0.01),
        (COMPLICATION_DECILES[7] - 0.01, SURVEY_DECILES[5] + 0.01, 9.25 + 6.2, 0.015),
        (COMPLICATION_DECILES[8] - 0.01, SURVEY_DECILES[8] + 0.01, 18, 0.015),
    ],
)
def test_composite_quality_of_joint_replacement(complications: float, survey: float, score: float, off: float) -> None:
    terms = CompositeTerms(complication_prior=0)
    points = terms.composite(rated(complications, survey))
    assert points[0] == pytest.approx(score)
    assert terms.reduction(points)[0] == off
    assert terms.acceptable(points)[0] == (score >= 5)


def test_complication_percentiles_by_hand() -> None:
    """Normal with a spread of 0.17: the 90th percentile of quality is 1 - 1.2816 x 0.17 = 0.782, the 50th 1."""
    assert COMPLICATION_DECILES[8] == pytest.approx(0.782, abs=5e-4)
    assert COMPLICATION_DECILES[4] == pytest.approx(1)
    assert COMPLICATION_DECILES[2] == pytest.approx(1 + 0.5244 * 0.17, abs=5e-5)


def joint_year(own: tuple[float, float], market: tuple[float, float]) -> Book:
    """Episodes and dollars each, of a hospital and of its market."""
    markets = Book({"joint_episodes": array(market[0]), "joint_dollars": array(market[0] * market[1])})
    return Book({"joint_episodes": array(own[0]), "joint_dollars": array(own[0] * own[1])}, markets)


def test_base_periods_of_bundles_move_every_second_year() -> None:
    """Years 1 and 2 look at the three years before year 1; year 3 at the three before itself [42 CFR 510.300(b)(1)]."""
    earlier = tuple(joint_year((10, 100 + i), (10, 100 + i)) for i in range(6))
    now = joint_year((10, 0), (10, 0))
    terms = EpisodeTerms(regional_weights=[1] * 5)
    priced = [terms.episodes(Book(now.columns, now.market, earlier, year)).priced[0] for year in (1, 2, 3)]
    assert priced == pytest.approx([1000, 1010, 1000])  # at the latest base year's prices: 100, 101, 100 an episode


def test_prices_of_bundles_are_updated_for_each_year_since_the_base() -> None:
    """2% a year: one year after the base 102, two years after it 104.04."""
    base = (joint_year((10, 100), (10, 100)),) * 5
    terms, now = EpisodeTerms(update=0.02), joint_year((10, 0), (10, 0))
    priced = [terms.episodes(Book(now.columns, now.market, base, year)).priced[0] for year in (1, 2)]
    assert priced == pytest.approx([1020, 1040.4])


def test_a_stratum_that_nobody_had_has_no_price_and_no_cost() -> None:
    base = (joint_year((10, 100), (10, 100)),) * 3
    now = Book({"fracture_episodes": array(3), "fracture_dollars": array(99)}, base[0].market, base)
    episodes = EpisodeTerms().episodes(now)
    np.testing.assert_array_equal([episodes.priced, episodes.cost], [[0], [0]])


def test_a_target_price_needs_the_market() -> None:
    alone = Book({"joint_episodes": array(10), "joint_dollars": array(100)})
    with pytest.raises(ValueError, match="market"):
        EpisodeTerms().episodes(Book(alone.columns, None, (alone,) * 3))

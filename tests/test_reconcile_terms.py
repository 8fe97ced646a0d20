"""Terms that rows of public use files are settled by: years, units, ranges, blanks and reasons; hand-made rows."""

from pathlib import Path

import pytest
from reconciled import ENHANCED, HEADER, counts, settled

from vbp_agents.reconciliation.reconcile import UNEXPLAINED


@pytest.mark.parametrize(("year", "earned"), [(2018, 2_352_000), (2019, 2_400_000), (2020, 2_400_000)])
def test_terms_follow_the_performance_year(year: int, earned: int, tmp_path: Path) -> None:
    """Track 1, quality 96%: 48% x 5,000,000 = 2,400,000, of which 2% are withheld of payments of 2019, not 2020-21."""
    header = HEADER.replace("Current_Track", "year,Current_Track")
    row = f"A1,{year},1,1,20000,0.025,{earned},96.00,100000000,95000000,0.48"
    assert counts(settled(tmp_path, f"{header}\n{row}\n")) == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("start", "limit"), [("1/1/2014", 5_000_000), ("1/1/2013", 7_500_000), ("4/1/2012", 7_500_000)]
)
def test_the_limit_of_track_2_grows_with_the_agreement(start: str, limit: int, tmp_path: Path) -> None:
    """1 - 60% x 90% = 46% of 25,000,000 are 11,500,000; in 2014 those of 2012 are in their second year too."""
    header = HEADER.replace("Current_Track", "year,Start_Date,Track")
    row = f"A1,2014,{start},2,1,20000,0.02,-{limit},0.9000,100000000,125000000,0.5400"
    assert counts(settled(tmp_path, f"{header}\n{row}\n")) == [1, 1, 1, 1]


def test_dollars_with_an_exponent_are_a_range_and_said(tmp_path: Path) -> None:
    """1.00E+08 less 9.50E+07 are 4,450,000 to 5,550,000."""
    text = ENHANCED.replace("100000000", "1.00E+08").replace("95000000", "9.50E+07").replace("3675000", "3700000")
    reconciled = settled(tmp_path, f"{HEADER}\n{text}\n")
    assert counts(reconciled) == [1, 1, 1, 1]
    assert "1 ACO has dollars rounded to an exponent, up to 500,000 off" in reconciled.summary()
    assert counts(settled(tmp_path, f"{HEADER}\n{text.replace('3700000', '4200000')}\n")) == [1, 0, 0, 0]


def test_from_2021_the_rate_is_whole_in_every_track(tmp_path: Path) -> None:
    header = HEADER.replace("Current_Track", "year,Current_Track")
    for track, rate, minimum in [("1", 0.5, "0.025"), ("2", 0.6, "0.02"), ("3", 0.75, "0.02"), ("1+", 0.5, "0.02")]:
        earned = rate * 5_000_000 * 0.98
        row = f"A1,2021,{track},1,20000,{minimum},{earned},0.80,100000000,95000000,{rate}"
        assert counts(settled(tmp_path, f"{header}\n{row}\n")) == [1, 1, 1, 1]


def test_units_are_those_of_each_cell_and_year(tmp_path: Path) -> None:
    """46% is 0.46 in 2014 and 46.00 in 2015, in one file and even in one year: 46% x 5,000,000 x 0.98 = 2,254,000."""
    header = HEADER.replace("Current_Track,Met_QPS", "year,Current_Track")
    rows = [
        "A1,2014,1,20000,0.025,2254000,0.92,100000000,95000000,0.46",
        "A1,2015,1,20000,2.5,2254000,92.00,100000000,95000000,46.00",
        "A2,2015,1,20000,0.025,2254000,92%,100000000,95000000,46%",
        "A3,2015,1,20000,0.0250,2254000,0.9200,100000000,95000000,0.4600",
    ]
    assert counts(settled(tmp_path, "\n".join([header, *rows, ""]))) == [4, 4, 4, 4]


def test_a_blank_is_unknown_and_not_no(tmp_path: Path) -> None:
    """Years before Met_QPS and FinalShareRate's own blanks: the rates come from track and quality."""
    header = HEADER.replace("Current_Track", "year,Current_Track")
    rows = [
        "A1,2015,1,,20000,0.025,2254000,0.92,100000000,95000000,0.46",
        "A2,2016,1,1,20000,0.025,2254000,0.92,100000000,95000000,",
        "A3,2016,1,0,20000,0.025,0,0.92,100000000,95000000,",
    ]
    assert counts(settled(tmp_path, "\n".join([header, *rows, ""]))) == [3, 3, 3, 3]


def test_one_long_cell_says_nothing_of_the_others(tmp_path: Path) -> None:
    """2.9825% saved; a minimum printed as 0.0298 may be 2.98356%, however another ACO's is printed."""
    for other in ("0.028999999999999998", "0.029", "0.028997123456", "0.0289999992"):
        rows = [
            "A1,B,1,10274,0.0298,0,1,100000000,97017500,0.4",
            f"A2,B,1,12000,{other},0,1,100000000,99000000,0.4",
            "A3,B,1,12000,0.0291,0,1,100000000,99000000,0.4",
        ]
        assert settled(tmp_path, "\n".join([HEADER, *rows, ""])).to_json()["matched"] == 3, other


@pytest.mark.parametrize("minimum", ["2%", "2.00%", "0.02", "2", "1.5%", "1%", ".5%"])
def test_a_minimum_that_the_law_fixes_is_exact(minimum: str, tmp_path: Path) -> None:
    """A two-sided ACO's 2% is 2%: of savings just below it nothing is due, however few digits are typed."""
    share = float(minimum.strip("%")) / (1 if minimum == "0.02" else 100)
    expenditure = 100_000_000 * (1 - share * 0.8)
    below = f"A1,E,1,20000,{minimum},{0.5 * share * 0.8 * 98_000_000:.0f},80.00%,100000000,{expenditure:.0f},50.00%"
    assert settled(tmp_path, f"{HEADER}\n{below}\n").to_json()["matched"] == 0


def test_no_one_sided_aco_has_less_than_two_percent(tmp_path: Path) -> None:
    row = "A1,B,1,70000,2%,627200,80.00%,100000000,98400000,40.00%"  # 40% x 1,600,000 x 0.98
    assert settled(tmp_path, f"{HEADER}\n{row}\n").to_json()["matched"] == 0


def test_a_settlement_of_nothing_is_never_printed_as_minus_zero(tmp_path: Path) -> None:
    row = (
        ENHANCED.replace("3675000", "0").replace("95000000", "104000000").replace("EN", "E").replace("75.00%", "50.00%")
    )
    reconciled = settled(tmp_path, f"{HEADER},DisAdj\n{row},-9999999\n")
    assert reconciled.misses_table()[0]["with_adjustment"] == "0"
    assert str(reconciled.to_json()["misses"]).count("-0.0") == 0


REASONS = {
    "revenue": (
        "RevLossLimit",
        "A1,C,1,9000,0.00,-154250,0.90,92276474,93605069,0.5,1",
        "losses limited by participants' revenue to 2% of it (RevLossLimit is 1); the file lacks its dollars",
    ),
    "recouped": (
        "Adv_Pay_Recoup",
        "A1,EN,1,20000,2.00%,3175000,90.00%,100000000,95000000,75.00%,500000",
        "advance payments of 500,000 were recouped from what was earned",
    ),
    "left": (
        "Prorate_Shared_Losses",
        "A1,E,1,20000,2.00%,-600000,90.00%,100000000,104000000,50.00%,1",
        "losses prorated: the ACO left during the year (Prorate_Shared_Losses)",
    ),
    "other dollars": (
        "BnchmkMinExp",
        "A1,EN,1,20000,2.00%,2940000,90.00%,100000000,95000000,75.00%,4000000",
        "BnchmkMinExp is 4,000,000, but benchmark less expenditure is 5,000,000",
    ),
    "quality": (
        "Report_WI",
        "A1,EN,0,20000,2.00%,0,90.00%,100000000,95000000,75.00%,1",
        "quality standard not met (Met_QPS is 0)",
    ),
    "minimum": (
        "GenSaveLoss",
        "A1,EN,1,20000,2.00%,0,90.00%,100000000,95000000,75.00%,0",
        "GenSaveLoss is 0: by the file the minimum savings rate was not met",
    ),
    "nothing": ("GenSaveLoss", "A1,EN,1,20000,2.00%,77,90.00%,100000000,95000000,75.00%,5000000", UNEXPLAINED),
}


@pytest.mark.parametrize("name", REASONS)
def test_a_reason_is_looked_for_in_every_column(name: str, tmp_path: Path) -> None:
    column, row, reason = REASONS[name]
    assert settled(tmp_path, f"{HEADER},{column}\n{row}\n").reasons == [reason]

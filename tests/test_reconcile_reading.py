"""Public use files as Excel, R, pandas and CMS write them: layouts, formats, tracks, years; hand-made rows."""

import codecs
from pathlib import Path

import numpy as np
import pytest
from public_use_files import CODES, FIRST_YEAR, LAYOUTS, NEXT_YEAR, SECOND_YEAR
from reconciled import ENHANCED, HEADER, counts, settled

from vbp_agents.reconciliation.numerals import NoNumber, decimal_mark, read_number
from vbp_agents.reconciliation.performance_year import year_in, year_of_start, year_stated
from vbp_agents.reconciliation.public_use_file import read_public_use_file
from vbp_agents.reconciliation.reconcile import ReconcileError, reconcile


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        *(("1,200,000", 1_200_000), ("$1,200.50", 1_200.5), ("-$5", -5), ("$-5", -5), ("(1,200)", -1_200)),
        *(("1,200-", -1_200), ("−5", -5), ("1 200 000", 1_200_000), ("1\u00a0200", 1_200), ("1'200'000", 1_200_000)),
        *(("1.234.567,89", 1_234_567.89), ("1,234,567.89", 1_234_567.89), ("0,025", 0.025), ("49,04", 49.04)),
        *(("1.05E+08", 105_000_000), ("9,5e+07", 95_000_000), ("5.", 5), (".5", 0.5), ('="0.5"', 0.5), ("'12", 12)),
        *(("0.028999999999999998", 0.029), ("0.0289999992", 0.029), ("0.30000000000000004", 0.3)),
        *(("0.024604287", 0.024604287), ("95000000.01", 95_000_000.01), ("€ 5", 5)),
    ],
)
def test_a_number_as_it_is_written(cell: str, number: float) -> None:
    numeral = read_number(cell)
    assert numeral is not None
    assert float(numeral.value) == number


@pytest.mark.parametrize(
    "cell", ["", " ", "nan", "NaN", "NA", "#N/A", ".", "*", "-", "--", "–", "null", "None", "<NA>"]
)
def test_a_cell_without_a_number_is_blank(cell: str) -> None:
    assert read_number(cell) is None


@pytest.mark.parametrize("cell", ["lots", "1.2.3", "1e300", "inf", "%", "()", "1,2,3", "٣", "0x10", "1e", "9" * 100])
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(NoNumber):
        read_number(cell)


def test_a_lone_comma_is_read_as_the_other_numbers_of_the_table() -> None:
    """25,000 is 25 thousand beside 95,000,000 and 25 beside 49,04."""
    for others, number in [(["95,000,000"], 25_000), (["49,04", "95.000.000"], 25.0), ([], 25_000)]:
        numeral = read_number("25,000", decimal_mark([*others, "25,000"]))
        assert numeral is not None
        assert float(numeral.value) == number


def test_excel_rounds_what_it_shows_with_an_exponent_and_programs_do_not() -> None:
    """1.05E+08 is 104,500,000 to 105,500,000; 1e+08, as R writes it, is exact."""
    shown, exact = read_number("1.05E+08"), read_number("1e+08")
    assert shown is not None
    assert exact is not None
    assert (shown.decimals, exact.decimals) == (-6, 0)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_hand_made_file_of_every_layout(name: str, tmp_path: Path) -> None:
    """Settlements worked out from the rule; of 2018 and 2023 one each needs the disaster adjustment."""
    reconciled = settled(tmp_path, LAYOUTS[name])
    rows = len(reconciled.file.acos)
    by_adjustment = 1 if name in ("2018", "2023") else 0
    assert counts(reconciled) == [rows, rows - by_adjustment, rows, rows]
    assert set(reconciled.file.years) == {int(name)}


def test_the_layout_of_next_year_has_a_reduced_share_and_a_guardrail(tmp_path: Path) -> None:
    """20% of 1,500,000 x 0.98 below the minimum; savings that only the two-way blend shows are not paid."""
    assert settled(tmp_path, NEXT_YEAR).rule.dollars.tolist() == pytest.approx([294_000, 0])
    paid = NEXT_YEAR.replace("2.00%,0,0,1,1", "2.00%,0,3675000,0,1")
    assert settled(tmp_path, paid).rule.dollars.tolist() == pytest.approx([294_000, 3_675_000])


def test_a_missing_column_is_named_by_what_it_is_for(tmp_path: Path) -> None:
    text = CODES.replace("MinSavPerc", "Min_Save_Percent").replace("ABtotBnchmk", "Benchmark_Total")
    message = r"no column ABtotBnchmk \(the benchmark\), MinSavPerc \(the minimum savings rate\)"
    with pytest.raises(ReconcileError, match=message):
        settled(tmp_path, text)
    with pytest.raises(ReconcileError, match=r"did you mean 'MinSavPrc' as MinSavPerc\?"):
        settled(tmp_path, CODES.replace("MinSavPerc", "MinSavPrc"))


@pytest.mark.parametrize("style", ["aco_id", "ACO ID", "aco.id", "ACO_ID"])
def test_names_of_columns_in_other_styles(style: str, tmp_path: Path) -> None:
    """janitor::clean_names makes min_sav_perc and a_btot_bnchmk, R min.sav.perc, a person Min Sav Perc."""
    plain = (
        "a_btot_bnchmk,a_btot_exp,min_sav_perc,earn_save_loss,qual_score,final_share_rate,current_track,n_ab,met_qps"
    )
    header = ",".join([style, *(name.replace("_", style[3]) for name in plain.split(","))])
    row = "A1,100000000,95000000,2.00%,3675000,90.00%,75.00%,EN,20000,1"
    assert counts(settled(tmp_path, f"{header}\n{row}\n")) == [1, 1, 1, 1]


FORMATS = {
    "tabs": f"{HEADER}\n{ENHANCED}\n".replace(",", "\t").encode(),
    "semicolons": f"{HEADER}\n{ENHANCED}\n".replace(",", ";").encode(),
    "bars": f"{HEADER}\n{ENHANCED}\n".replace(",", "|").encode(),
    "decimal commas": f"{HEADER}\n{ENHANCED}\n".replace(",", ";").replace(".", ",").encode(),
    "points for thousands": f"{HEADER}\n{ENHANCED}\n".replace(",", ";")
    .replace(".", ",")
    .replace("100000000", "100.000.000")
    .replace("20000", "20.000")
    .replace("95000000", "95.000.000")
    .encode(),
    "sep": f"sep=;\n{HEADER}\n{ENHANCED}\n".replace(",", ";").encode(),
    "title": f"Performance Year 2023\n{HEADER}\n{ENHANCED}\n".encode(),
    "titles": f"Results,,,\n,,,\n\nPublished by CMS; in dollars\n{HEADER}\n{ENHANCED}\n".encode(),
    "units below": f"{HEADER}\nid,code,flag,people,%,dollars,%,dollars,dollars,%\n{ENHANCED}\n".encode(),
    "note": f"{HEADER}\n{ENHANCED}\n* suppressed\n".encode(),
    "note with commas": f"{HEADER}\n{ENHANCED}\nSource: CMS, 2024, see the manual, page 5\n".encode(),
    "blank rows": f"{HEADER}\n,,,,,,,,,\n{ENHANCED}\n, , ,\n\n".encode(),
    "header twice": f"{HEADER}\n{HEADER}\n{ENHANCED}\n".encode(),
    "trailing commas": f"{HEADER},,\n{ENHANCED},,\n".encode(),
    "spare commas": f"{HEADER}\n{ENHANCED},,,\n".encode(),
    "utf-8 mark": codecs.BOM_UTF8 + f"{HEADER}\n{ENHANCED}\n".encode(),
    "utf-16": f"{HEADER}\n{ENHANCED}\n".replace(",", "\t").encode("utf-16"),
    "utf-16 unmarked": f"{HEADER}\n{ENHANCED}\n".encode("utf-16-le"),
    "utf-16 the other way": f"{HEADER}\n{ENHANCED}\n".encode("utf-16-be"),
    "windows": f"{HEADER},ACO_Name\n{ENHANCED},Santé\n".encode("cp1252"),
    "old mac": f"{HEADER}\n{ENHANCED}\n".replace("\n", "\r").encode(),
    "index column": f",{HEADER}\n0,{ENHANCED}\n".encode(),
    "exponents": f"{HEADER}\n{ENHANCED}\n".replace("100000000", "1e+08").replace("95000000", "9.5e+07").encode(),
    "accounting": f"{HEADER}\n{ENHANCED}\n".replace("3675000", '" 3,675,000 "')
    .replace("95000000", "$95000000")
    .encode(),
}


@pytest.mark.parametrize("name", FORMATS)
def test_what_excel_and_others_save_is_read(name: str, tmp_path: Path) -> None:
    reconciled = settled(tmp_path, FORMATS[name])
    assert counts(reconciled) == [1, 1, 1, 1]
    assert reconciled.rule.dollars[0] == pytest.approx(3_675_000)


def test_a_line_of_totals_is_left_out_and_said(tmp_path: Path) -> None:
    for total in ("Total,,,20000,,3675000,,100000000,95000000,", ",,,20000,,3675000,,100000000,95000000,"):
        reconciled = settled(tmp_path, f"{HEADER}\n{ENHANCED}\n{total}\n")
        assert counts(reconciled) == [1, 1, 1, 1]
        assert "line 3: a total of ACOs, left out" in reconciled.summary()


OTHERS = {
    "workbook": (b"PK\x03\x04" + b"x" * 50, "an Excel workbook or a ZIP archive; open it and save the table as CSV"),
    "old workbook": (b"\xd0\xcf\x11\xe0" + b"\0" * 50, "an old Excel workbook"),
    "web page": (b"<!DOCTYPE html><html></html>", "a web page or XML; download the table itself"),
    "json": (b'[{"ACO_ID": "A1"}]', "JSON; download the table as CSV"),
    "gzip": (b"\x1f\x8b\x08\x00", "compressed"),
    "parquet": (b"PAR1....", "a Parquet file"),
    "cut off": (f"{HEADER}\n{ENHANCED[:30]}\n".encode(), "line 2: 7 cells under 10 columns; the row is cut off"),
    "loose comma": (
        f"{HEADER.replace('ACO_ID', 'ACO_ID,ACO_Name')}\n{ENHANCED.replace('A1', 'A1,Care, Inc.')}\n".encode(),
        "line 2: 12 cells under 11 columns; a cell with a separator in it needs quotes",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_another_format_is_named(name: str, tmp_path: Path) -> None:
    content, message = OTHERS[name]
    with pytest.raises(ReconcileError, match=message):
        settled(tmp_path, content)


@pytest.mark.parametrize(
    ("words", "track"),
    [
        *(("ENHANCED", "EN"), ("enhanced track", "EN"), ("EN", "EN"), ("BASIC E", "E"), ("Basic Level C", "C")),
        *(
            ("Level D", "D"),
            ("a", "A"),
            ("Track 1", "1"),
            ("1.0", "1"),
            ("Track 1+", "1+"),
            ("1 Plus", "1+"),
            ("3", "3"),
        ),
    ],
)
def test_a_track_in_words(words: str, track: str, tmp_path: Path) -> None:
    (tmp_path / "puf.csv").write_text(f"{HEADER}\n{ENHANCED.replace(',EN,', f',{words},')}\n")
    assert read_public_use_file(tmp_path / "puf.csv").tracks == [track]


def test_basic_without_a_level_is_known_only_where_it_is_one_sided(tmp_path: Path) -> None:
    """Levels A and B have the same terms: 40% x 5,000,000 x 0.98 = 1,960,000."""
    header, row = f"{HEADER},Risk_Model", "A1,BASIC,1,20000,2.50%,1960000,90.00%,100000000,95000000,40.00%"
    assert counts(settled(tmp_path, f"{header}\n{row},One-Sided\n")) == [1, 1, 1, 1]
    with pytest.raises(ReconcileError, match="track 'BASIC' has no level; write A, B, C, D or E"):
        settled(tmp_path, f"{header}\n{row},Two-Sided\n")


def test_one_row_that_cannot_be_read_does_not_refuse_the_others(tmp_path: Path) -> None:
    bad = ENHANCED.replace("A1,EN", "A2,Q")
    worse = ENHANCED.replace("A1", "A3").replace("95000000", "lots")
    reconciled = settled(tmp_path, f"{HEADER}\n{bad}\n{ENHANCED}\n{worse}\n")
    assert counts(reconciled) == [1, 1, 1, 1]
    assert "2 rows not settled" in reconciled.summary()
    assert [row["line"] for row in reconciled.unsettled_table()] == ["2", "4"]
    assert reconciled.unsettled_table()[0]["cause"].startswith("unknown track 'Q'; known are 1, 1+, 2, 3, A")
    assert reconciled.unsettled_table()[1]["cause"] == "column ABtotExp: 'lots' is not a number"


@pytest.mark.parametrize(
    ("cell", "name"), [("4600", "FinalShareRate"), ("-5%", "FinalShareRate"), ("250%", "QualScore")]
)
def test_a_rate_that_is_none_is_named(cell: str, name: str, tmp_path: Path) -> None:
    text = ENHANCED.replace("75.00%" if name == "FinalShareRate" else "90.00%", cell)
    with pytest.raises(ReconcileError, match=f"line 2: column {name}: '{cell}' is not between 0 and 100%"):
        settled(tmp_path, f"{HEADER}\n{text}\n")


@pytest.mark.parametrize(
    ("text", "year"),
    [
        *(("puf_2019_first_file", 2019), ("PY2022", 2022), ("Performance Year 2023", 2023), ("ssp_py_2021", 2021)),
        *(("PY_Financial_and_Quality_Results_2024_revised 2026_07_17", 2024), ("results 2019-2021", None)),
        *(
            ("Performance Year 2018, downloaded 2020-01-05", 2018),
            ("export_20240101", None),
            ("puf", None),
            ("1999", None),
        ),
    ],
)
def test_a_year_in_a_title_or_a_name(text: str, year: int | None) -> None:
    assert year_stated(text) == year


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("2019", 2019),
        ("2019.0", 2019),
        ("PY2019", 2019),
        ("py 19", 2019),
        ("2019A", 2019),
        ("12/31/2019", 2019),
        ("", None),
        ("1999", None),
    ],
)
def test_a_year_in_a_cell(cell: str, year: int | None) -> None:
    assert year_in(cell) == year


def test_the_year_of_an_agreements_start() -> None:
    cells = ["1/1/14", "01/01/2018 12:00:00 AM", "2019-07-01", "1/1/16 00:00", "", "soon"]
    assert [year_of_start(cell) for cell in cells] == [2014, 2018, 2019, 2016, None, None]


def test_the_year_can_be_given_where_the_file_has_none(tmp_path: Path) -> None:
    """For 2020 there was no sequestration, and quality counted in proportion: 75% x 0.975 x 5,000,000 = 3,656,250."""
    row = "A1,EN,1,20000,2.00%,3656250,97.50%,100000000,95000000,73.125%"
    (tmp_path / "puf.csv").write_text(f"{HEADER}\n{row}\n")
    reconciled = reconcile(tmp_path / "puf.csv", year=2020)
    assert counts(reconciled) == [1, 1, 1, 1]
    assert "performance year 2020 as asked" in reconciled.summary()
    wrong = reconcile(tmp_path / "puf.csv", year=2022)
    assert wrong.reasons == ["paid without sequestration, unlike performance year 2022 as asked"]


def test_any_column_can_be_read_by_its_name(tmp_path: Path) -> None:
    reconciled = settled(tmp_path, SECOND_YEAR + FIRST_YEAR).file
    assert reconciled.text("ACO_NAME") == ["", "", "One", "Two", "Three"]
    np.testing.assert_array_equal(reconciled.column("Sav_rate", "QualPerfShare"), [0.05, -0.01, 0.5, 0.6, 0.5])
    assert np.isnan(reconciled.column("No_Such_Column")).all()


def test_a_file_of_several_years_is_counted_by_year(tmp_path: Path) -> None:
    reconciled = settled(tmp_path, FIRST_YEAR + SECOND_YEAR)
    assert counts(reconciled) == [5, 5, 5, 5]
    assert [(row["year"], row["terms"]) for row in reconciled.table()] == [
        *(("2013", "mssp_track1"), ("2013", "mssp_track2"), ("2014", "mssp_track1"), ("all", "all"))
    ]

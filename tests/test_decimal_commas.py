"""Numbers as they are written elsewhere: which one is meant is told, and none is taken a hundredfold."""

from pathlib import Path

import pytest
from command_line import vbp

from vbp_agents.errors import WrongInput
from vbp_agents.terms.scenario_file import find_scenario, read_scenario

VISIT_FEE = find_scenario("primary_care_hybrid")
MEANT = {
    "5,25": "write 5.25, with a point",
    "0,02": "write 0.02, with a point",
    "-0,5": "write -0.5, with a point",
    "1,2345": "write 1.2345, with a point",
    "1,5": "write 1.5, with a point",
    "0,125": "write 0.125, with a point",
    "1,234": "write 1234, or 1.234 if the comma begins the decimals",
    "1,234,567": "write 1234567, without",
    "1.234,56": "write 1234.56, with a point",
    "1 234,5": "write 1234.5, with a point",
    "2,5 %": "write 0.025",
    "2.5%": "write 0.025",
    "$5,25": "write 5.25, with a point",
    "$14,000": "write 14000, or 14.000",
}


@pytest.mark.parametrize("text", MEANT)
def test_what_is_meant_is_told(text: str) -> None:
    with pytest.raises(WrongInput) as raised:
        VISIT_FEE.with_values({"contracts.0.terms.visit_fee": text})
    assert MEANT[text] in str(raised.value)


@pytest.mark.parametrize("text", [text for text in MEANT if " or " not in MEANT[text]])
def test_what_is_told_is_taken_for_the_number_that_was_meant(text: str) -> None:
    """Worked out apart: of two signs the last is the decimal one, of one that stands once it is, of several none."""
    plain = text.strip(" $%").replace(" ", "")
    signs = [sign for sign in plain if sign in ".,"]
    if len(set(signs)) == 2:
        plain = plain.replace(signs[0], "").replace(signs[-1], ".")
    else:
        plain = plain.replace(",", "." if len(signs) == 1 else "")
    told = float(MEANT[text].removeprefix("write ").split(",")[0])
    assert told == pytest.approx(float(plain) / (100 if "%" in text else 1))


def test_a_comma_within_brackets_is_told(tmp_path: Path) -> None:
    """YAML ends a value there: a key called 25 begins, or the list has twice its items."""
    (tmp_path / "a.yaml").write_text(
        "contracts: [{payer: medicare, regime: primary_care_hybrid, terms: {visit_fee: 5,25}}]\n"
        "region: {specialist_share: [0,16, 0,22, 0,08, 0,54]}\n"
    )
    with pytest.raises(WrongInput) as raised:
        read_scenario(tmp_path / "a.yaml")
    first, second = str(raised.value).splitlines()
    assert "unknown name '25'; decimals begin with a point here" in first
    assert "has 8 items; write 4" in second
    assert "decimals begin with a point" in second


@pytest.mark.parametrize("written", ["20,000", "20.000", "20 000", "20_000"])
def test_thousands_set_apart_in_an_option(tmp_path: Path, written: str) -> None:
    """Python's own way is taken."""
    done = vbp(tmp_path, "run", "capitation", "--patients", written, "--years", "1")
    assert done.returncode == (0 if "_" in written else 2)
    assert ("write 20000; allowed" in done.stderr) == ("_" not in written)


def test_no_whole_number_is_no_thousands(tmp_path: Path) -> None:
    assert "write" not in vbp(tmp_path, "run", "capitation", "--patients", "2,5").stderr


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("behavior.salience", 25, "write 0.25 for 25%"),
        ("behavior.salience", 2.5, "write 0.025 for 2.5%"),
        ("region.specialist_share.none", 54, "write 0.54 for 54%"),
        ("behavior.salience", 250, ""),
        ("behavior.learning_months", 250, ""),
    ],
)
def test_a_percentage_in_place_of_a_share_is_told(path: str, value: float, told: str) -> None:
    """Up to 100 it may be meant so; of what is no share it cannot be."""
    with pytest.raises(WrongInput) as raised:
        VISIT_FEE.with_values({path: value})
    assert "is out of range" in str(raised.value)
    assert told in str(raised.value)
    assert ("; write" in str(raised.value)) == bool(told)

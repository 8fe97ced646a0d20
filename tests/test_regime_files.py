"""A user's own regime file: one class in one file is a regime; what is wrong with it is said with file and line."""

from pathlib import Path

import numpy as np
import pytest

from vbp_agents.book import Book, FloatArray
from vbp_agents.regime_file import load_regime_file
from vbp_agents.regimes import RegimeFileError, find
from vbp_agents.rule_check import adds_up
from vbp_agents.terms.scenario_file import find_scenario

GOOD = '''
import numpy as np
from vbp_agents.declaration import param
from vbp_agents.regimes.base import Regime


class FlatFee(Regime):
    """A fixed number of dollars per member-month."""

    title = "Flat fee"
    source = "a test"
    fee: float = param(50.0, "dollars per member-month", 0, 1000)

    def pay(self, book):
        return self.fee * book["member_months"]
'''


def test_a_users_file_is_a_regime(tmp_path: Path) -> None:
    file = tmp_path / "flat_fee.py"
    file.write_text(GOOD, encoding="utf-8")
    regime = load_regime_file(file)
    assert find("flat_fee") is regime
    np.testing.assert_array_equal(regime().pay(Book({"member_months": np.array([10.0, 2.0])})), [500.0, 100.0])
    assert find_scenario("flat_fee").contracts[0].regime == "flat_fee"


def test_a_threshold_a_cap_or_a_rate_in_a_months_pay_is_noticed() -> None:
    """A bonus under $1,140 of billing a member, at most $50 a member, pay by the visit's mean price: none adds up."""

    def bonus(book: Book) -> FloatArray:
        return book.billed() + 300 * book["member_months"] * (book.billed() < 1_140 * book["member_months"])

    def capped(book: Book) -> FloatArray:
        return np.minimum(book.billed(), 1_100 * book["member_months"])

    def by_price(book: Book) -> FloatArray:
        return book["member_months"] * book["primary_dollars_inside"] / book["primary_count_inside"]

    assert not any(adds_up(pay) for pay in (bonus, capped, by_price))
    assert adds_up(lambda book: 60 * book["member_months"] + 0.5 * book.billed())


BROKEN = {
    "counts.py": (
        GOOD.replace("class FlatFee", "calls = []\n\n\nclass FlatFee").replace(
            "return self.fee *", "calls.append(1)\n        return len(calls) *"
        ),
        r"counts\.py: ValueError: asked again about the same Book it gives other numbers: keep no state",
    ),
    "draws.py": (
        GOOD.replace("self.fee *", "np.random.random() *"),
        r"draws\.py: ValueError: asked again about the same Book it gives other numbers: .* draw nothing",
    ),
    "syntax.py": (GOOD.replace("def pay(self, book):", "def pay(self, book)"), r"syntax\.py:14: SyntaxError"),
    "raises.py": (GOOD + "\nraise RuntimeError('no')\n", r"raises\.py:17: RuntimeError: no"),
    "imports.py": ("import no_such_module\n", r"imports\.py:1: ModuleNotFoundError"),
    "moved.py": (
        "from vbp_agents.param import param\n",
        r"moved\.py:1: ModuleNotFoundError: .*; write `from vbp_agents import Book, Regime, Statement, param`",
    ),
    "leaves.py": ("import sys\nsys.exit(3)\n", r"leaves\.py:2: SystemExit"),
    "nothing.py": ("x = 1\n", r"nothing\.py: defines no subclass"),
    "two.py": (GOOD + GOOD.replace("FlatFee", "OtherFee"), r"two\.py: defines several regimes \(FlatFee, OtherFee\)"),
    "untitled.py": (GOOD.replace('title = "Flat fee"', ""), r"untitled\.py: FlatFee needs a `title"),
    "column.py": (GOOD.replace("member_months", "member_month"), r"column\.py:15: UndeclaredColumn: .*Did you mean"),
    "shape.py": (GOOD.replace('book["member_months"]', "1.0"), r"shape\.py: ValueError: pay\(\) must be an array"),
    "infinite.py": (
        GOOD.replace("self.fee *", "np.inf *"),
        r"infinite\.py: ValueError: pay\(\) has numbers that are not",
    ),
    "divides.py": (
        GOOD.replace('self.fee * book["member_months"]', '(self.fee /\n            (0.0 * book["member_months"]))'),
        r"divides\.py:15: FloatingPointError: divide by zero",
    ),
    "writes.py": (
        GOOD.replace("return self", "book['member_months'][:] = 1\n        return self"),
        r"writes\.py:15: Val",
    ),
    "exits.py": (GOOD.replace("return self.fee", "exit(3)\n        return self.fee"), r"exits\.py:15: SystemExit: 3"),
    "capitation.py": (GOOD, r"capitation\.py: 'capitation' is a regime already"),
    "Not A Name.py": (GOOD, r"name it like my_regime\.py"),
    "text.txt": (GOOD, r"name it like my_regime\.py"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_file_and_line(name: str, tmp_path: Path) -> None:
    text, message = BROKEN[name]
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RegimeFileError, match=message) as raised:
        load_regime_file(file)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    binary = tmp_path / "binary.py"
    binary.write_bytes(b"\x00\xff\xfe\x80")
    for path, message in [
        (binary, "binary.py: cannot be read as text"),
        (tmp_path, "folder"),
        (tmp_path / "no.py", "no such"),
    ]:
        with pytest.raises(RegimeFileError, match=message):
            load_regime_file(path)


def test_another_file_under_the_same_name_is_another_scenario(tmp_path: Path) -> None:
    """Two users' files with the same name and terms: the code is in the hash, and in that of no other scenario."""
    file, hashes = tmp_path / "twice.py", []
    shipped = find_scenario("capitation").hash
    for code in (GOOD, GOOD.replace("return self.fee", "return 2 * self.fee"), GOOD):
        file.write_text(code, encoding="utf-8")
        load_regime_file(file)
        hashes.append(find_scenario("twice").hash)
    assert hashes[0] == hashes[2] != hashes[1]
    assert find_scenario("capitation").hash == shipped
    assert find_scenario("twice").users_code() == {"twice": GOOD.encode()}
    assert find_scenario("capitation").users_code() == {}

"""Arithmetic that is the same on every processor: right, in a fixed order, and the only one that the package uses."""

import ast
import math
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from vbp_agents.arithmetic import FloatArray, correlation, exp, log, orthonormal, power, solve, tanh, weighted_sum

PACKAGE = Path(__file__).parents[1] / "vbp_agents"
PRODUCTS = {"dot", "vdot", "vecdot", "matvec", "vecmat", "inner", "matmul", "einsum", "einsum_path", "tensordot"}
THROUGH_PRODUCTS = {"cov", "corrcoef", "polyfit", "convolve", "correlate", "kron", "linalg", "fft"}
BY_VECTOR_UNIT = {
    *("exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "power", "float_power"),
    *("sin", "cos", "tan", "arcsin", "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "cbrt"),
}
"""`np.logaddexp` and `np.hypot` call the system's functions, as the compiled loops do."""
FORBIDDEN = PRODUCTS | THROUGH_PRODUCTS | BY_VECTOR_UNIT
EVERYWHERE = {"dot", "matmul", "corr", "cov"}
"""Methods of arrays and frames that call the same."""


def uses(source: str) -> Iterator[str]:
    """What of a source calls BLAS or LAPACK, or NumPy's functions that differ by vector unit: line and name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            yield f"{node.lineno}: @"
        if isinstance(node, ast.Attribute):
            numpy = isinstance(node.value, ast.Name) and node.value.id in ("np", "numpy")
            if node.attr in (FORBIDDEN if numpy else EVERYWHERE):
                yield f"{node.lineno}: {node.attr}"
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in ("numpy", "scipy"):
            names = {*(node.module or "").split("."), *(alias.name for alias in node.names)}
            yield from (f"{node.lineno}: {name}" for name in sorted(names & (FORBIDDEN | {"scipy"})))
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "scipy" for alias in node.names):
            yield f"{node.lineno}: scipy"


DRAWN = {"sweeps/designs.py": {"scipy"}}
"""Points of designs are SciPy's: shares that are rounded where they become values, so that no last digit is in them."""


@pytest.mark.parametrize("file", [file.relative_to(PACKAGE).as_posix() for file in sorted(PACKAGE.rglob("*.py"))])
def test_no_part_of_the_package_asks_what_differs_by_processor(file: str) -> None:
    """`vbp_agents.arithmetic` has the same in one order. NumPy's sums, roots and quotients are the same everywhere."""
    found = {use.split(": ")[1] for use in uses((PACKAGE / file).read_text(encoding="utf-8"))}
    assert not found - DRAWN.get(file, set())


@pytest.mark.parametrize(
    "source",
    [
        "a @ b",
        "a @= b",
        "np.dot(a, b)",
        "a.dot(b)",
        "numpy.linalg.solve(a, b)",
        "from numpy.linalg import qr",
        "from numpy import linalg",
        "np.einsum('ij,j->i', a, b)",
        "np.exp(a)",
        "import scipy.linalg",
    ],
)
def test_what_is_forbidden_is_seen(source: str) -> None:
    assert list(uses(source))


@pytest.mark.parametrize("source", ["a * b", "math.exp(a)", "np.sqrt(a)", "exp(a)", "a.sum(axis=0)"])
def test_what_is_allowed_is_not(source: str) -> None:
    assert not list(uses(source))


def test_a_weighted_sum_by_hand() -> None:
    """1 x 4 + 2 x 5 + 3 x 6 = 32, and with 10, 20, 30 ten times as much."""
    values = [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]]
    assert weighted_sum(values, [4.0, 5.0, 6.0]).tolist() == [32.0, 320.0]


def test_a_weighted_sum_is_the_same_whatever_stands_beside_it() -> None:
    """Alone, among others, transposed and with gaps in memory: the same bits of 300 numbers."""
    draw = np.random.default_rng(1)
    values, weights = draw.normal(size=(7, 300)), draw.random(300)
    together = weighted_sum(values, weights)
    gaps = np.zeros((7, 600))
    gaps[:, ::2] = values
    for other in (np.asfortranarray(values), gaps[:, ::2]):
        assert weighted_sum(other, weights).tolist() == together.tolist()
    assert [float(weighted_sum(row, weights)) for row in values] == together.tolist()
    exact = [math.fsum(row * weights) for row in values]
    np.testing.assert_allclose(together, exact, rtol=1e-12)


FUNCTIONS: list[tuple[Callable[[FloatArray], FloatArray], Callable[[float], float]]]
FUNCTIONS = [(exp, math.exp), (log, math.log), (tanh, math.tanh)]


@pytest.mark.parametrize(("function", "of_one"), FUNCTIONS)
def test_functions_are_those_of_the_standard_library(
    function: Callable[[FloatArray], FloatArray], of_one: Callable[[float], float]
) -> None:
    values = np.random.default_rng(2).random((3, 4)) + 0.1
    for ours, one in zip(function(values).ravel(), values.ravel(), strict=True):
        assert ours == of_one(one)


def test_shapes_and_small_floats_stay() -> None:
    assert exp(np.zeros((2, 0, 3))).shape == (2, 0, 3)
    assert exp(np.zeros(2, np.float32)).dtype == np.float32
    assert exp(1).dtype == np.float64
    assert exp(-np.inf) == 0.0
    assert power(4.0, -0.5) == 0.5


def test_a_correlation_by_hand() -> None:
    """Deviations (-1, 0, 1) and (-1, -1, 2): 3 / sqrt(2 x 6)."""
    assert correlation([1, 2, 3], [0, 0, 3]) == pytest.approx(3 / math.sqrt(12))


def test_equations_by_hand() -> None:
    """2x + y = 5 and x + 3y = 10 at x = 1, y = 3; the unit matrix leaves the right side."""
    matrices = np.array([[[2.0, 1.0], [1.0, 3.0]], np.eye(2)])
    np.testing.assert_allclose(solve(matrices, np.array([[5.0, 10.0], [7.0, 8.0]])), [[1.0, 3.0], [7.0, 8.0]])


def test_many_equations_are_solved() -> None:
    root = np.random.default_rng(3).normal(size=(50, 4, 4))
    matrices = np.einsum("nij,nkj->nik", root, root) + 0.1 * np.eye(4)
    wanted = np.random.default_rng(4).normal(size=(50, 4))
    right = np.einsum("nij,nj->ni", matrices, wanted)
    np.testing.assert_allclose(solve(matrices, right), wanted, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(matrices, np.einsum("nij,nkj->nik", root, root) + 0.1 * np.eye(4))


def test_columns_become_orthonormal_even_where_they_are_nearly_alike() -> None:
    """The second column is the first but for 1e-9; spans and signs stay."""
    draw = np.random.default_rng(5)
    first = draw.normal(size=64)
    columns = np.stack([first, first + 1e-9 * draw.normal(size=64), draw.normal(size=64)], axis=1)
    orthogonal = orthonormal(columns)
    np.testing.assert_allclose((orthogonal[:, :, None] * orthogonal[:, None]).sum(axis=0), np.eye(3), atol=1e-14)
    np.testing.assert_allclose(orthogonal[:, 0] * np.sqrt((first**2).sum()), first)
    assert ((orthogonal * columns).sum(axis=0) > 0).all()

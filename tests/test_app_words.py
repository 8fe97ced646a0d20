"""Words of the field explain themselves, once, and nothing of a text becomes markup."""

from vbp_agents.app.words import MEANINGS, explained


def test_a_word_explains_itself_where_it_stands_first() -> None:
    first, second = explained(["Benchmarks of an ACO.", "The benchmark again."])
    assert first.startswith('<dfn tabindex="0" title="what the payer expects care to cost')
    assert ">Benchmark</dfn>s of an <dfn" in first
    assert second == "The benchmark again."


def test_the_longest_word_is_meant() -> None:
    (text,) = explained(["Past the minimum savings rate, savings are shared."])
    assert ">minimum savings rate</dfn>" in text


def test_a_word_inside_another_is_left_alone() -> None:
    assert explained(["Marginal, unbundled, panelists"]) == ["Marginal, unbundled, panelists"]


def test_what_comes_from_files_stays_text() -> None:
    (text,) = explained(["<script>ACO</script> & more"])
    assert text.startswith("&lt;script&gt;<dfn")
    assert text.endswith("ACO</dfn>&lt;/script&gt; &amp; more")


def test_meanings_are_sentences_without_the_word_that_they_explain() -> None:
    for word, meaning in MEANINGS.items():
        assert meaning[0].islower(), word
        assert word.lower() not in meaning.lower(), word

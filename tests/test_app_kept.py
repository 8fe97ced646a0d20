"""What the page keeps of finished work."""

from vbp_agents.app.kept import Kept


def test_what_was_used_least_lately_goes_first() -> None:
    kept: Kept[str] = Kept(100)
    kept.keep("a", "first", 40)
    kept.keep("b", "second", 40)
    assert kept.find("a") == "first"
    kept.keep("c", "third", 40)
    assert (kept.find("a"), kept.find("b"), kept.find("c")) == ("first", None, "third")


def test_what_is_larger_than_the_room_is_not_kept() -> None:
    kept: Kept[str] = Kept(100)
    kept.keep("a", "first", 40)
    kept.keep("b", "huge", 101)
    assert (kept.find("a"), kept.find("b")) == ("first", None)


def test_the_same_key_again_takes_no_more_room() -> None:
    kept: Kept[str] = Kept(100)
    for _ in range(5):
        kept.keep("a", "first", 60)
    assert kept.find("a") == "first"

"""Jobs of the page: a place in line, an end as soon as nobody wants them, and messages instead of dead threads."""

import threading
import time
from collections.abc import Iterator

import pytest

from vbp_agents.app.limits import ServerLimits, set_limits
from vbp_agents.app.runner import LINE, Job
from vbp_agents.errors import WrongInput

LONG = 10.0


@pytest.fixture(autouse=True)
def one_at_once() -> Iterator[None]:
    set_limits(ServerLimits(runs=1))
    yield
    set_limits(ServerLimits())


def quiet() -> None:
    """Nobody listens."""


def three(job: Job[int]) -> Iterator[int]:
    """Three steps."""
    yield from (1, 2, 3)


def test_a_job_ends_with_its_last_finding() -> None:
    job = Job(three, 3, quiet).start()
    assert job.wait(LONG)
    assert (job.status, job.done, job.latest) == ("done", 3, 3)


def test_a_job_that_is_stopped_keeps_what_it_has() -> None:
    at_two, go_on = threading.Event(), threading.Event()

    def work(job: Job[int]) -> Iterator[int]:
        yield 1
        at_two.set()
        go_on.wait(LONG)
        yield 2
        raise AssertionError("nobody wanted a third")

    job = Job(work, 3, quiet).start()
    at_two.wait(LONG)
    job.stop()
    go_on.set()
    assert job.wait(LONG)
    assert (job.status, job.latest) == ("stopped", 2)


def test_a_job_that_is_replaced_goes_on_to_a_good_place() -> None:
    """Newest wins, but not before there is something to see: here the third of five steps."""
    begun, go_on = threading.Event(), threading.Event()

    def work(job: Job[int]) -> Iterator[int]:
        begun.set()
        go_on.wait(LONG)
        for step in range(1, 6):
            yield step
            if not job.may_go_on(good_place=step >= 3):
                return

    job = Job(work, 5, quiet).start()
    begun.wait(LONG)
    job.replace()
    go_on.set()
    assert job.wait(LONG)
    assert (job.status, job.latest) == ("stopped", 3)


def test_what_goes_wrong_is_a_message() -> None:
    def wrong(job: Job[int]) -> Iterator[int]:
        yield 1
        raise WrongInput("0.7 is too much")

    def broken(job: Job[int]) -> Iterator[int]:
        yield 1
        raise ZeroDivisionError("by nothing")

    for work, said in ((wrong, "0.7 is too much"), (broken, "The run failed: ZeroDivisionError: by nothing")):
        job = Job(work, 2, quiet).start()
        assert job.wait(LONG)
        assert (job.status, job.problem, job.latest) == ("failed", said, 1)


def test_who_comes_first_is_served_first_and_who_leaves_the_line_is_not_served() -> None:
    begun, go_on, order = threading.Event(), threading.Event(), []

    def first(job: Job[int]) -> Iterator[int]:
        begun.set()
        go_on.wait(LONG)
        order.append("first")
        yield 1

    def named(name: str) -> Job[int]:
        def work(job: Job[int]) -> Iterator[int]:
            order.append(name)
            yield 1

        return Job(work, 1, quiet)

    computing = Job(first, 1, quiet).start()
    begun.wait(LONG)
    second, third = named("second"), named("third")
    for job in (second, third):
        job.start()
        while job.before == 0 and job is third:
            pass
    assert (second.status, third.before) == ("waiting", 1)
    second.stop()
    go_on.set()
    for job in (computing, second, third):
        assert job.wait(LONG)
    assert order == ["first", "third"]
    assert second.status == "stopped"


def test_between_two_parts_a_job_lets_those_go_first_who_wait() -> None:
    begun, go_on, order = threading.Event(), threading.Event(), []

    def parts(job: Job[int]) -> Iterator[int]:
        order.append("first part")
        begun.set()
        go_on.wait(LONG)
        yield 1
        assert job.let_others()
        order.append("second part")
        yield 2

    def short(job: Job[int]) -> Iterator[int]:
        order.append("another")
        yield 1

    job, other = Job(parts, 2, quiet).start(), Job(short, 1, quiet)
    begun.wait(LONG)
    other.start()
    behind = Job(short, 1, quiet).start()
    while LINE.place(behind) == 0:  # it stands behind the other, which is in line by then
        time.sleep(0.01)
    behind.stop()
    assert behind.wait(LONG)
    go_on.set()
    assert job.wait(LONG)
    assert other.wait(LONG)
    assert order == ["first part", "another", "second part"]
    assert (job.status, other.status) == ("done", "done")


def test_a_job_that_nobody_wants_does_not_go_on_after_it_let_others() -> None:
    def parts(job: Job[int]) -> Iterator[int]:
        yield 1
        job.replace()
        if job.let_others():
            yield 2

    job = Job(parts, 2, quiet).start()
    assert job.wait(LONG)
    assert (job.status, job.latest) == ("stopped", 1)

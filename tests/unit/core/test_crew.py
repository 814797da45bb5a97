import threading
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from functools import partial

import pytest

from backk_core.execute.crew import Crew

WAIT = 20
whose: ContextVar[str] = ContextVar("whose", default="nobody's")


def meet(meeting: threading.Barrier) -> None:
    meeting.wait(WAIT)


def test_tasks_run_side_by_side() -> None:
    crew, meeting = Crew(2), threading.Barrier(3)
    crew.do([partial(meet, meeting)] * 3)
    crew.dismiss()


def test_without_a_thread_of_its_own_it_still_does_everything() -> None:
    done: list[int] = []
    Crew(0).do([partial(done.append, number) for number in range(5)])
    assert done == [0, 1, 2, 3, 4]


def test_tasks_run_in_the_context_of_who_brought_them() -> None:
    crew, meeting = Crew(1), threading.Barrier(2)
    seen: list[str] = []

    def look() -> None:
        meeting.wait(WAIT)
        seen.append(whose.get())

    token = whose.set("mine")
    crew.do([look, look])
    whose.reset(token)
    crew.dismiss()
    assert seen == ["mine", "mine"]


def test_what_a_task_raises_is_raised_when_nothing_runs_any_more() -> None:
    crew, meeting, ended = Crew(1), threading.Barrier(2), threading.Event()

    def fail() -> None:
        meeting.wait(WAIT)
        raise KeyError("x")

    def last() -> None:
        meeting.wait(WAIT)
        ended.set()

    for tasks in ([fail, last], [last, fail]):
        ended.clear()
        with pytest.raises(KeyError):
            crew.do(tasks)
        assert ended.is_set()
    crew.dismiss()


def test_nobody_waits_for_threads_that_are_busy() -> None:
    crew, let_go, busy = Crew(1), threading.Event(), threading.Barrier(3)

    def occupy() -> None:
        busy.wait(WAIT)
        assert let_go.wait(WAIT)

    done: list[int] = []
    with ThreadPoolExecutor(1) as others:
        occupying = others.submit(crew.do, [occupy, occupy])
        busy.wait(WAIT)
        crew.do([lambda: done.append(1)] * 10)
        let_go.set()
        occupying.result()
    assert done == [1] * 10
    crew.dismiss()


def test_a_dismissed_crew_starts_again() -> None:
    crew = Crew(2)
    for _ in range(2):
        meeting = threading.Barrier(3)
        crew.do([partial(meet, meeting)] * 3)
        crew.dismiss()
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("backk-crew")]

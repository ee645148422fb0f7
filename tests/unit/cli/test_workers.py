"""One thread works while requests are short; whoever is held up keeps nobody waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from engine.cli import workers
from engine.cli.workers import Workers

#: Longer than anything here takes; only broken workers wait for it.
PATIENCE = 30


class Task:
    """Something to do that says when it is begun, and may have to wait."""

    def __init__(self, *, waits: bool = False, fails: bool = False) -> None:
        self.begun = threading.Event()
        self.done = threading.Event()
        self.go = threading.Event()
        self.by = 0
        self.fails = fails
        if not waits:
            self.go.set()

    def service(self) -> None:
        """Do it."""
        self.by = threading.get_ident()
        self.begun.set()
        assert self.go.wait(PATIENCE)
        self.done.set()
        if self.fails:
            raise RuntimeError("failed")

    def cancel(self) -> None:
        """Nothing to undo."""


@pytest.fixture
def four() -> Iterator[Workers]:
    """Workers of four threads."""
    it = Workers()
    it.set_thread_count(4)
    yield it
    assert it.shutdown(timeout=PATIENCE)
    assert not it.threads


def test_short_tasks_are_done_by_one_thread(four: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes while it works waits for it."""
    monkeypatch.setattr(workers, "HELD_UP", PATIENCE)
    first, *others = tasks = [Task(waits=True), *(Task() for _ in range(20))]
    four.add_task(first)
    assert first.begun.wait(PATIENCE)
    for each in others:
        four.add_task(each)
    assert not any(each.begun.is_set() for each in others)

    first.go.set()

    assert all(each.done.wait(PATIENCE) for each in tasks)
    assert 1 == len({each.by for each in tasks})


def test_as_many_work_as_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a database that is waited for two work at once, and the third task waits for one of them."""
    monkeypatch.setattr(workers, "HELD_UP", PATIENCE)
    it = Workers(at_once=2)
    it.set_thread_count(4)
    first, second, third = Task(waits=True), Task(waits=True), Task()
    for each in (first, second):
        it.add_task(each)
        assert each.begun.wait(PATIENCE)
    it.add_task(third)
    assert not third.begun.is_set()

    second.go.set()

    assert third.done.wait(PATIENCE)
    assert third.by == second.by
    first.go.set()
    assert it.shutdown(timeout=PATIENCE)


def test_a_task_that_waits_keeps_nobody_waiting(four: Workers) -> None:
    """Another thread goes on, with all that follow; a third when that one is held up too."""
    stuck = [Task(waits=True), Task(waits=True)]
    for each in stuck:
        four.add_task(each)
        assert each.begun.wait(PATIENCE)
    others = [Task() for _ in range(20)]
    for each in others:
        four.add_task(each)

    assert all(each.done.wait(PATIENCE) for each in others)

    for each in stuck:
        each.go.set()
        assert each.done.wait(PATIENCE)
    assert stuck[0].by != stuck[1].by


def test_who_comes_when_nobody_works_is_answered(four: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while a thread still watches whether the last one was held up."""
    monkeypatch.setattr(workers, "HELD_UP", PATIENCE)
    first, second = Task(waits=True), Task()
    four.add_task(first)
    assert first.begun.wait(PATIENCE)
    four.add_task(second)
    first.go.set()
    assert second.done.wait(PATIENCE)
    for _ in range(20):
        third = Task()

        four.add_task(third)

        assert third.done.wait(PATIENCE / 2)


def test_who_only_waits_leaves_the_work_to_others(four: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that stays with its connection is not at work, until it goes on."""
    monkeypatch.setattr(workers, "HELD_UP", PATIENCE)
    stays, rests, works = Task(), threading.Event(), threading.Event()
    goes_on, ends = threading.Event(), threading.Event()

    def stay() -> None:
        four.rest()
        rests.set()
        assert goes_on.wait(PATIENCE)
        four.begin()
        works.set()
        assert ends.wait(PATIENCE)

    stays.service = stay  # type: ignore[method-assign]
    four.add_task(stays)
    assert rests.wait(PATIENCE)
    other = Task()
    four.add_task(other)
    assert other.done.wait(PATIENCE)
    goes_on.set()
    assert works.wait(PATIENCE)
    late = Task()
    four.add_task(late)
    assert not late.begun.is_set()

    ends.set()

    assert late.done.wait(PATIENCE)


def test_a_task_that_fails_ends_no_thread(four: Workers, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged, and the next one is done."""
    failing, next_one = Task(fails=True), Task()
    four.add_task(failing)
    four.add_task(next_one)

    assert next_one.done.wait(PATIENCE)
    assert ["RuntimeError"] == [each.exc_info[0].__name__ for each in caplog.records if each.exc_info]  # type: ignore[union-attr]


def test_threads_end_with_the_server(four: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that sleep, the one that watches and the one at work; what waits is given up."""
    monkeypatch.setattr(workers, "HELD_UP", PATIENCE)
    first, second = Task(waits=True), Task()
    four.add_task(first)
    assert first.begun.wait(PATIENCE)
    four.add_task(second)
    four.set_thread_count(0)
    first.go.set()

    with four.lock:
        assert four.thread_exit_cv.wait_for(lambda: not four.threads, PATIENCE)
    assert not second.begun.is_set()

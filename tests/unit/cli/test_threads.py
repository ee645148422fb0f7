"""The threads of the server, and which of them works."""

from __future__ import annotations

import threading

from engine.cli.serving import Dispatcher, LastFirst


def test_who_began_to_wait_last_is_woken_first() -> None:
    """The others stay asleep until it is their turn."""
    lock = threading.Lock()
    condition, woken = LastFirst(lock), list[int]()
    began, done = threading.Semaphore(0), threading.Semaphore(0)

    def sleep(number: int) -> None:
        with lock:
            began.release()
            condition.wait()
            woken.append(number)
        done.release()

    sleepers = [threading.Thread(target=sleep, args=(number,)) for number in (1, 2, 3)]
    for each in sleepers:
        each.start()
        began.acquire()  # it holds the lock until it waits
        with lock:
            pass

    for _ in sleepers:
        with lock:
            condition.notify()
        done.acquire()
    for each in sleepers:
        each.join()

    assert [3, 2, 1] == woken


def test_all_that_is_asked_is_done_and_then_the_threads_end() -> None:
    """More tasks than threads, and none is lost."""
    dispatcher, served = Dispatcher(2), list[int]()
    done = threading.Semaphore(0)

    class Task:
        def __init__(self, number: int) -> None:
            self.number = number

        def service(self) -> None:
            served.append(self.number)
            done.release()

    for number in range(20):
        dispatcher.add_task(Task(number))
    for _ in range(20):
        done.acquire()

    assert list(range(20)) == sorted(served)
    assert dispatcher.shutdown()
    assert not dispatcher.threads

"""The circuit breaker, with a clock that the test turns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from plugins.host.calls.circuit import Circuit, CircuitState


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock, threshold: int = 3) -> Circuit:
    circuit = Circuit(threshold, rest=10, longest_rest=25, clock=clock)
    for _ in range(threshold):
        assert circuit.admit()
        circuit.failed()
    return circuit


def test_it_opens_after_that_many_failures_in_a_row() -> None:
    circuit = Circuit(3, 10, 25, Clock())
    assert [circuit.failed() for _ in range(3)] == [False, False, True]
    assert circuit.state is CircuitState.OPEN
    assert not circuit.admit()


def test_a_success_in_between_starts_the_count_again() -> None:
    circuit = Circuit(2, 10, 25, Clock())
    for _ in range(10):
        assert not circuit.failed()
        circuit.succeeded()
    assert circuit.state is CircuitState.CLOSED


def test_after_the_rest_one_call_goes_through_and_no_second() -> None:
    clock = Clock()
    circuit = opened(clock)
    clock.now = 10
    assert circuit.state is CircuitState.HALF_OPEN
    assert [circuit.admit(), circuit.admit()] == [True, False]


def test_a_good_trial_closes_it() -> None:
    clock = Clock()
    circuit = opened(clock)
    clock.now = 10
    circuit.admit()
    circuit.succeeded()
    assert circuit.state is CircuitState.CLOSED
    assert circuit.admit()


def test_each_failed_trial_doubles_the_rest_up_to_the_longest() -> None:
    clock = Clock()
    circuit = opened(clock)
    rests = []
    for _ in range(3):
        clock.now += circuit.rest_left()
        assert circuit.admit()
        assert circuit.failed()
        rests.append(circuit.rest_left())
    assert rests == [20, 25, 25]


def test_a_call_that_began_before_it_opened_decides_nothing() -> None:
    circuit = opened(Clock())
    circuit.succeeded()
    assert circuit.state is CircuitState.OPEN


def test_a_late_failure_does_not_lengthen_the_rest() -> None:
    clock = Clock()
    circuit = opened(clock)
    clock.now = 9
    circuit.failed()
    assert circuit.rest_left() == 1


@given(st.lists(st.sampled_from(["ok", "failed", "wait"]), max_size=60), st.integers(1, 4))
def test_it_never_admits_while_open_and_always_recovers(steps: list[str], threshold: int) -> None:
    clock = Clock()
    circuit = Circuit(threshold, 10, 25, clock)
    for step in steps:
        if step == "wait":
            clock.now += 5
            continue
        resting = circuit.rest_left() > 0
        if circuit.admit():
            assert not resting
            circuit.succeeded() if step == "ok" else circuit.failed()
        else:
            assert resting
    clock.now += 25
    assert circuit.admit()
    circuit.succeeded()
    assert circuit.state is CircuitState.CLOSED

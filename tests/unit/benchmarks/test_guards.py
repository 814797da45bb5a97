from benchmarks.guards.measuring import Guarded, calm, table


def way(title: str, processor: list[float], clock: list[float]) -> Guarded:
    return Guarded(title, lambda: None, processor, clock)


def test_rounds_that_others_disturbed_do_not_count() -> None:
    assert calm([100, 900, 101, 800, 102, 700]) == 101
    assert calm([7]) == 7


def test_each_way_tells_what_it_adds_to_the_first() -> None:
    lines = table([way("open", [80, 80], [100, 100]), way("own row", [120, 400], [190, 900])]).splitlines()
    assert lines[0].split() == ["processor", "µs", "adds", "clock", "µs", "adds"]
    assert lines[1].split() == ["open", "80", "100"]
    assert lines[2].split() == ["own", "row", "120", "+40", "190", "+90"]

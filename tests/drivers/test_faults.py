"""A fault comes when and as often as it was ordered."""

from drivers.faults import Faults


def test_next_is_used_up_and_repeated_stays() -> None:
    faults = Faults()
    faults.fail_next("jam")
    assert [faults.take("jam"), faults.take("jam")] == [True, False]
    faults.fail_repeatedly("jam")
    assert [faults.take("jam"), faults.take("jam")] == [True, True]
    faults.clear("jam")
    assert not faults.active("jam")


def test_a_counted_fault_comes_at_its_count_and_not_before() -> None:
    told: list[str] = []
    faults = Faults(lambda: told.append("changed"))
    faults.fail_after("paper_out", 10, "dots")
    assert faults.allowed("dots", 8) == 8
    faults.spend("dots", 8)
    assert faults.allowed("dots", 8) == 2
    assert not faults.active("paper_out")
    faults.spend("bytes", 100)
    assert not faults.active("paper_out")
    faults.spend("dots", 2)
    assert faults.active("paper_out")
    assert told == ["changed"]


def test_clear_disarms_everything() -> None:
    faults = Faults()
    faults.tear_at(5)
    faults.delay(1.0)
    faults.fail_repeatedly("silent")
    faults.clear()
    faults.spend("bytes", 9)
    assert not faults.active("connection")
    assert not faults.active("silent")
    assert faults.delay_s == 0.0

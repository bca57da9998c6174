from threading import Event

import pytest

from layerfactory.publish.regionwise import side_by_side


def test_results_come_in_the_order_of_the_items():
    first_may_end = Event()

    def work(item, stop):
        if item == 0:
            first_may_end.wait(10)
        else:
            first_may_end.set()
        return item

    assert side_by_side(work, [0, 1], jobs=2) == [0, 1]


def test_nothing_to_do_is_no_fault():
    assert side_by_side(lambda item, stop: item, [], jobs=4) == []


def test_a_bug_in_one_tells_the_others_to_stop():
    seen = []
    other_has_begun = Event()

    def work(item, stop):
        if item == 0:
            other_has_begun.wait(10)
            raise ZeroDivisionError
        other_has_begun.set()
        seen.append(stop.wait(10))

    with pytest.raises(ZeroDivisionError):
        side_by_side(work, [0, 1], jobs=2)
    assert seen == [True]


@pytest.mark.parametrize(("error", "told"), [(KeyboardInterrupt, [True]), (ZeroDivisionError, [])])
def test_ctrl_c_is_told_while_what_is_in_hand_ends(error, told):
    stop, said = Event(), []

    def work(_item, _stop):
        raise error

    with pytest.raises(error):
        side_by_side(work, [1], 1, stop, lambda: said.append(stop.is_set()))
    assert said == told

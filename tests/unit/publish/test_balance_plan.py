"""The plan of a balance, by examples and by a model of what AWS does with it."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.data.regions import regions
from layerfactory.publish.balance.plan import plan_balance, unseen
from layerfactory.publish.balance.values import Copy, Double, Gap, Grant, Held, Shelf

EAST, WEST, EU = (regions()[name] for name in ("us-east-1", "us-west-2", "eu-west-1"))
NAME = "python-3-12-scikit-learn-1-9-1"


def shelf(region, contents, *, private=(), name=NAME):
    """``contents`` by number, one letter a version: "ab" are 1 and 2, and "a.c" has no 2.

    "?" is a version that is not ours.
    """
    held = (
        Held(number, letter.replace("?", ""), number not in private, 100 * number)
        for number, letter in enumerate(contents, 1)
        if letter != "."
    )
    return Shelf(name, region, tuple(held))


def copies(plan):
    return [(step.region.name, step.version, step.code_sha256) for step in plan.steps]


def reasons(plan):
    return {refusal.region.name: refusal.reason for refusal in plan.refusals}


def test_a_lagging_region_gets_what_it_lacks_in_order():
    plan = plan_balance([shelf(EAST, "abcd"), shelf(WEST, "ab"), shelf(EU, "abcd")])
    assert plan.steps == (
        Copy(NAME, WEST, 3, EU, "c", public=True, zipped_bytes=300),
        Copy(NAME, WEST, 4, EU, "d", public=True, zipped_bytes=400),
    )
    assert plan.refusals == plan.gaps == ()


def test_a_new_region_is_filled_from_version_1():
    plan = plan_balance([shelf(EAST, "abc"), shelf(WEST, "")])
    assert copies(plan) == [("us-west-2", 1, "a"), ("us-west-2", 2, "b"), ("us-west-2", 3, "c")]
    assert plan.bytes_by_region() == {WEST: 600}


def test_equal_regions_need_nothing():
    plan = plan_balance([shelf(EAST, "ab"), shelf(WEST, "ab")])
    assert (plan.steps, plan.refusals) == ((), ())
    assert plan.bytes_by_region() == {}


def test_a_layer_that_nobody_has_needs_nothing():
    plan = plan_balance([shelf(EAST, ""), shelf(WEST, "")])
    assert (plan.steps, plan.refusals) == ((), ())


def test_the_steps_of_many_regions_come_by_number_so_that_a_zip_is_fetched_once():
    plan = plan_balance([shelf(EAST, "ab"), shelf(WEST, ""), shelf(EU, "")])
    assert [(step.version, step.region) for step in plan.steps] == [
        (1, EU),
        (1, WEST),
        (2, EU),
        (2, WEST),
    ]


def test_what_is_private_in_the_reference_stays_private():
    plan = plan_balance([shelf(EAST, "ab", private={2}), shelf(WEST, "")])
    assert [step.public for step in plan.steps] == [True, False]


def test_a_version_left_private_by_a_kill_is_granted_before_the_next_is_published():
    plan = plan_balance([shelf(EAST, "abc"), shelf(WEST, "ab", private={2})])
    assert [type(step) for step in plan.steps] == [Grant, Copy]
    assert plan.steps[0] == Grant(NAME, WEST, 2, EAST, "b")


def test_the_newest_of_an_equal_region_is_granted_too():
    plan = plan_balance([shelf(EAST, "ab"), shelf(WEST, "ab", private={2})])
    assert [type(step) for step in plan.steps] == [Grant]


def test_a_public_version_whose_twin_is_private_is_left_as_it_is():
    plan = plan_balance([shelf(EAST, "abc", private={2, 3}), shelf(WEST, "ab")])
    assert copies(plan) == [("us-west-2", 3, "c")]


def test_another_content_under_the_same_number_is_refused():
    plan = plan_balance([shelf(EAST, "abc"), shelf(WEST, "ax"), shelf(EU, "ab")])
    assert copies(plan) == [("eu-west-1", 3, "c")]
    assert reasons(plan) == {"us-west-2": "us-east-1 has another content under :2"}


def test_one_region_that_is_off_does_not_stop_those_that_agree():
    """Neither by what it holds, nor by a higher number of its own."""
    for off in ("ax", "axb", "axbcd"):
        plan = plan_balance([shelf(EAST, "abc"), shelf(EU, "ab"), shelf(WEST, off)])
        assert copies(plan) == [("eu-west-1", 3, "c")]
        assert list(reasons(plan)) == ["us-west-2"]


def test_two_regions_that_lead_and_disagree_stop_the_layer_everywhere():
    plan = plan_balance([shelf(EAST, "abc"), shelf(WEST, "abx"), shelf(EU, "ab")])
    assert plan.steps == ()
    assert set(reasons(plan)) == {"us-east-1", "us-west-2", "eu-west-1"}
    assert set(reasons(plan).values()) == {
        "us-east-1 and us-west-2 differ in :3, and nothing tells who is right"
    }


def test_a_number_that_is_lost_everywhere_cannot_be_skipped():
    plan = plan_balance([shelf(EAST, "ab.d"), shelf(WEST, "a")])
    assert plan.steps == ()
    assert reasons(plan) == {"us-west-2": "no region has :3 any more, and no number can be skipped"}


def test_what_the_leading_region_lost_is_taken_from_another():
    plan = plan_balance([shelf(EAST, "a.cd"), shelf(WEST, "abc"), shelf(EU, "")])
    assert [(step.region, step.version, step.source) for step in plan.steps] == [
        (EU, 1, EAST),
        (EU, 2, WEST),
        (EU, 3, EAST),
        (EU, 4, EAST),
        (WEST, 4, EAST),
    ]
    assert plan.gaps == (Gap(NAME, EAST, 2),)


def test_a_number_lost_below_the_newest_is_told_and_stops_nothing():
    plan = plan_balance([shelf(EAST, "a.cd"), shelf(WEST, ".bc"), shelf(EU, "abcd")])
    assert copies(plan) == [("us-west-2", 4, "d")]
    assert plan.gaps == (Gap(NAME, EAST, 2), Gap(NAME, WEST, 1))


@pytest.mark.parametrize(
    ("east", "west", "place"),
    [("abc", "a?", "us-west-2:2"), ("ab?", "ab", "us-east-1:3"), ("?bc", "ab", "us-east-1:1")],
)
def test_what_is_not_ours_is_neither_copied_nor_followed(east, west, place):
    plan = plan_balance([shelf(EAST, east), shelf(WEST, west)])
    assert plan.steps == ()
    reason = f"{place} is not layerfactory's, or was altered"
    assert [refusal.reason for refusal in plan.refusals] == [reason]


@pytest.mark.parametrize("others", ["a", ""])
def test_a_double_that_nothing_follows_is_told_and_not_copied(others):
    plan = plan_balance([shelf(EU, "aa", private={2}), shelf(EAST, others), shelf(WEST, "a")])
    assert {step.version for step in plan.steps} <= {1}
    assert plan.doubles == (Double(NAME, EU, 2, first=1),)
    assert plan.refusals == ()


def test_a_double_that_something_follows_is_copied_and_the_step_says_why():
    plan = plan_balance([shelf(EU, "aabb", private={2, 4}), shelf(EAST, "a")])
    assert [(step.version, step.public) for step in plan.steps] == [(2, False), (3, True)]
    filler, wanted = plan.steps
    assert filler.reason == "holds what :1 holds; :3 follows, and no number can be skipped"
    assert wanted.reason == ""
    assert plan.doubles == (Double(NAME, EU, 4, first=3),)


def test_a_double_that_all_have_is_no_matter():
    plan = plan_balance([shelf(EU, "abb"), shelf(EAST, "abb"), shelf(WEST, "abx")])
    assert (plan.steps, plan.doubles) == ((), ())


@pytest.mark.parametrize("contents", ["abb", "abbb", "abab"])
def test_what_a_kill_left_private_before_a_double_is_granted(contents):
    private = set(range(2, len(contents) + 1))
    plan = plan_balance([shelf(EU, contents, private=private), shelf(EAST, "ab")])
    assert plan.steps == (Grant(NAME, EU, 2, EAST, "b"),)


def test_layers_are_judged_one_by_one():
    other = "python-3-13-scikit-learn-1-9-1"
    plan = plan_balance(
        [
            shelf(EAST, "ab"),
            shelf(WEST, "x"),
            shelf(EAST, "a", name=other),
            shelf(WEST, "", name=other),
        ]
    )
    assert [(step.layer_name, step.region) for step in plan.steps] == [(other, WEST)]
    assert [refusal.layer_name for refusal in plan.refusals] == [NAME]


def blank(one):
    """As a list tells of it."""
    return replace(one, held=tuple(replace(each, public=None) for each in one.held))


def test_only_what_decides_is_looked_at():
    shelves = [blank(shelf(EAST, "abcd")), blank(shelf(WEST, "abc")), blank(shelf(EU, "x"))]
    assert unseen(shelves) == {
        (EAST, NAME, 3),
        (EAST, NAME, 4),
        (WEST, NAME, 3),
    }
    assert unseen([shelf(EAST, "abcd"), shelf(WEST, "abc")]) == frozenset()


REGIONS = (EAST, WEST, EU)
NAMES = (NAME, "python-3-6-scikit-learn-0-22")
PREFIXES = st.integers(0, 6).map(lambda length: "abacab"[:length])
# One history of a layer, in which contents come again.
HISTORIES = st.text("abc", max_size=6)


@st.composite
def contents_of(draw, history):
    """A prefix is what publishing leaves, at times with doubles; the rest is what people do."""
    if draw(st.integers(0, 3)) == 0:
        return draw(st.text("ab?.", max_size=5))
    contents = history[: draw(st.integers(0, len(history)))]
    return contents + contents[-1:] * draw(st.sampled_from([0, 0, 0, 1, 2]))


@st.composite
def worlds(draw):
    """What regions hold: versions private everywhere, and newest ones that a kill left so."""
    shelves = []
    for name in NAMES:
        private = draw(st.sets(st.integers(1, 6)))
        history = draw(HISTORIES)
        for region in draw(st.sets(st.sampled_from(REGIONS))):
            contents = draw(contents_of(history))
            killed = len(contents) - draw(st.integers(0, 1)) if draw(st.booleans()) else 0
            shelves.append(shelf(region, contents, private=private | {killed}, name=name))
    return shelves


def carried_out(plan):
    """What the regions hold afterwards; AWS gives each new version the next number."""
    shelves = {(each.layer_name, each.region): each for each in plan.shelves}
    for step in plan.steps:
        key = step.layer_name, step.region
        held = shelves[key].held
        if isinstance(step, Grant):
            (private,) = [each for each in held if each.version == step.version]
            assert private.public is False
            held = tuple(replace(each, public=True) if each is private else each for each in held)
        else:
            assert shelves[key].newest + 1 == step.version, "AWS would give another number"
            held = (*held, Held(step.version, step.code_sha256, step.public, step.zipped_bytes))
        shelves[key] = replace(shelves[key], held=held)
    return tuple(shelves.values())


def places(refusals):
    return [(refusal.layer_name, refusal.region) for refusal in refusals]


@given(worlds())
def test_after_it_was_carried_out_nothing_is_left_to_do(world):
    plan = plan_balance(world)
    again = plan_balance(carried_out(plan))
    assert again.steps == ()
    assert places(again.refusals) == places(plan.refusals)


@given(worlds(), st.integers(0, 20))
def test_a_run_that_was_broken_off_is_taken_up_where_it_stopped(world, done):
    plan = plan_balance(world)
    rest = plan_balance(carried_out(replace(plan, steps=plan.steps[:done])))

    def asked(steps):
        # From which of the regions that agree a zip comes may change.
        return [replace(step, source=EAST) for step in steps]

    assert asked(rest.steps) == asked(plan.steps[done:])


@given(worlds(), st.integers(0, 20))
def test_a_kill_between_publishing_and_granting_leaves_one_grant_more(world, done):
    plan = plan_balance(world)
    killed = replace(plan, steps=plan.steps[:done])
    shelves = list(carried_out(killed))
    if not killed.steps or isinstance(killed.steps[-1], Grant) or not killed.steps[-1].public:
        return
    last = killed.steps[-1]
    for place, one in enumerate(shelves):
        if (one.layer_name, one.region) == (last.layer_name, last.region):
            private = replace(one.held[-1], public=False)
            shelves[place] = replace(one, held=(*one.held[:-1], private))
    rest = plan_balance(shelves)
    granted = [step for step in rest.steps if isinstance(step, Grant)]
    assert (last.layer_name, last.region, last.version) in [
        (step.layer_name, step.region, step.version) for step in granted
    ]
    assert plan_balance(carried_out(rest)).steps == ()


@given(worlds())
def test_where_it_refuses_it_does_nothing(world):
    plan = plan_balance(world)
    refused = set(places(plan.refusals))
    assert not refused & {(step.layer_name, step.region) for step in plan.steps}


def test_a_double_whose_first_was_deleted_is_told_and_left():
    plan = plan_balance([shelf(EAST, ".b"), shelf(WEST, "b")])
    assert (plan.steps, plan.refusals) == ((), ())
    assert plan.doubles == (Double(NAME, EAST, 2, 1),)
    assert plan.gaps == (Gap(NAME, EAST, 1),)


@given(worlds())
def test_where_it_does_not_refuse_equal_numbers_hold_equal_contents(world):
    plan = plan_balance(world)
    refused = set(places(plan.refusals))
    after = [each for each in carried_out(plan) if (each.layer_name, each.region) not in refused]
    for name in NAMES:
        layer = [each for each in after if each.layer_name == name]
        contents = {}
        for one in (each for shelf in layer for each in shelf.held):
            assert contents.setdefault(one.version, one.code_sha256) == one.code_sha256 != ""
        # Doubles that nothing new follows, and what was deleted, may differ.
        firsts = {contents[number]: number for number in sorted(contents, reverse=True)}
        last = max(firsts.values(), default=0)
        assert all(shelf.newest >= last for shelf in layer)


@given(worlds())
def test_no_region_gets_a_content_again_unless_something_new_follows_it(world):
    plan = plan_balance(world)
    before = {(each.layer_name, each.region): each for each in world}
    refused = set(places(plan.refusals))
    for place, one in before.items():
        there = {each.code_sha256 for each in one.held}
        got = [
            step
            for step in plan.steps
            if isinstance(step, Copy) and (step.layer_name, step.region) == place
        ]
        elsewhere = [
            (each.version, each.code_sha256)
            for key, other in before.items()
            if key[0] == place[0] and key not in refused
            for each in other.held
        ]
        for step in got:
            known = any(
                number < step.version and code == step.code_sha256 for number, code in elsewhere
            )
            assert bool(step.reason) == known
        if got:
            *fillers, last = got
            assert last.code_sha256 not in there | {step.code_sha256 for step in fillers}
            assert last.reason == ""


@given(worlds())
def test_a_double_that_is_told_holds_what_its_first_one_holds(world):
    codes = {
        (each.layer_name, each.region, held.version): held.code_sha256
        for each in world
        for held in each.held
    }
    for double in plan_balance(world).doubles:
        assert double.first < double.version
        code = codes[double.layer_name, double.region, double.version]
        assert codes.get((double.layer_name, double.region, double.first), code) == code


@given(HISTORIES, st.dictionaries(st.sampled_from(REGIONS), st.integers(0, 6)))
def test_regions_that_only_lag_are_never_refused(history, lengths):
    world = {region: history[:length] for region, length in lengths.items()}
    plan = plan_balance(shelf(region, contents) for region, contents in world.items())
    assert plan.refusals == plan.gaps == ()
    longest = max(world.values(), key=len, default="")
    new = max((longest.index(letter) + 1 for letter in longest), default=0)
    for one in carried_out(plan):
        there = "".join(each.code_sha256 for each in one.held)
        assert there == longest[: max(new, len(world[one.region]))]


def look(world):
    """The shelves once all is looked at that a plan asks for."""
    shelves = {(each.layer_name, each.region): blank(each) for each in world}
    seen = {(each.region, each.layer_name): each for each in world}
    while wanted := unseen(shelves.values()):
        for region, name, version in wanted:
            (true,) = [each for each in seen[region, name].held if each.version == version]
            one = shelves[name, region]
            held = tuple(true if each.version == version else each for each in one.held)
            shelves[name, region] = replace(one, held=held)
    return shelves.values()


def test_who_else_has_it_is_asked_where_one_says_that_it_is_private():
    world = [shelf(EAST, ""), shelf(EU, "ab", private={1}), shelf(WEST, "ab")]
    first, _ = plan_balance(look(world)).steps
    assert (first.version, first.public, first.source) == (1, True, WEST)


@given(worlds())
def test_everything_that_the_plan_rests_on_was_looked_at(world):
    """Looking, as often as there is something to look at, gives the plan of who sees all."""
    plan, whole = plan_balance(look(world)), plan_balance(world)
    assert (plan.steps, plan.refusals) == (whole.steps, whole.refusals)
    assert (plan.gaps, plan.doubles) == (whole.gaps, whole.doubles)

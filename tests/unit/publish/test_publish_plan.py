from dataclasses import replace
from pathlib import Path

import pytest
from synthetic_layers import make_manifest, make_remote

from layerfactory.build.layer import Layer
from layerfactory.data.regions import regions
from layerfactory.matrix.cell import Cell
from layerfactory.publish.decide import decide, fault
from layerfactory.publish.plan import Altered, Found, Grant, Revoke, Skip, Terms, Upload, reason
from layerfactory.publish.policy import Access

CELL = Cell("3.12", "1.9.1")
OURS = Layer(CELL, Path("layer.zip"), make_manifest(CELL))
OTHER = make_manifest(CELL, b"other").code_sha256
PUBLIC, PRIVATE = Terms(public=True), Terms(public=False, revoke=True)
BY_OTHERS = Access(public=True, others=("console",), public_by=("console",))


def earlier(**facts):
    """An earlier build of ours, which is the newest there."""
    return make_remote(OURS, version=2, code_sha256=OTHER, **facts)


def held(**facts):
    remote = make_remote(OURS, **facts)
    return Found(remote, remote)


def test_what_aws_does_not_have_is_uploaded():
    assert decide(OURS, Found(), PUBLIC) == Upload()
    assert reason(Upload(), None) == "nothing is there"


def test_an_earlier_build_of_ours_is_followed_by_this_one():
    assert decide(OURS, Found(earlier()), PUBLIC) == Upload()


def test_ours_and_public_is_left_alone():
    found = held()
    assert decide(OURS, found, PUBLIC) == Skip(found.newest)


def test_ours_but_private_is_granted_and_not_uploaded():
    found = held(version=4, public=False)
    assert decide(OURS, found, PUBLIC) == Grant(found.newest)


def test_equal_bytes_are_ours_whoever_published_them():
    found = held(description="by hand")
    assert decide(OURS, found, PUBLIC) == Skip(found.newest)


def test_where_private_is_wanted_the_same_content_is_enough():
    found = held(public=False)
    assert decide(OURS, found, PRIVATE) == Skip(found.newest)


def test_what_we_granted_is_taken_back():
    found = replace(held(), granted=(held().newest,))
    assert decide(OURS, found, PRIVATE) == Revoke(found.newest, versions=(1,))


def test_what_we_granted_stays_unless_it_is_asked_back():
    """A matrix that says nothing of it must not take layers away from their users."""
    skip = decide(OURS, held(), Terms(public=False))
    assert isinstance(skip, Skip)
    assert "is public and stays so; --private takes that back" in skip.note


def test_what_others_granted_stays_and_is_told():
    skip = decide(OURS, held(access=BY_OTHERS), PRIVATE)
    assert isinstance(skip, Skip)
    assert "stays public, by a permission that is not ours: console" in skip.note


def test_what_is_taken_back_and_stays_public_by_others_is_told():
    both = held(access=replace(BY_OTHERS, ours=True))
    action = decide(OURS, replace(both, granted=(both.newest,)), PRIVATE)
    assert isinstance(action, Revoke)
    assert "stays public, by a permission that is not ours: console" in action.note


def test_an_older_version_with_our_zip_is_enough():
    older = make_remote(OURS, version=1)
    skip = decide(OURS, Found(earlier(), older), PUBLIC)
    assert skip == Skip(older, skip.note)
    assert "although version 2 with another one is newer" in skip.note


def test_an_older_version_with_our_zip_that_is_private_is_granted():
    older = make_remote(OURS, version=1, public=False)
    grant = decide(OURS, Found(earlier(), older), PUBLIC)
    assert grant == Grant(older, grant.note)


def test_of_a_double_the_first_counts():
    first, second = make_remote(OURS), make_remote(OURS, version=2, public=False)
    skip = decide(OURS, Found(second, first), PUBLIC)
    assert skip == Skip(first, skip.note)
    assert "is a double of version 1" in skip.note


@pytest.mark.parametrize(
    ("description", "what"),
    [
        ("by hand", "layerfactory did not publish it"),
        ("", "layerfactory did not publish it"),
        (f"scikit-learn sha256:{OURS.manifest.sha256}", "it says that it holds"),
    ],
)
@pytest.mark.parametrize("terms", [PUBLIC, PRIVATE])
def test_what_is_not_ours_is_reported_and_not_published_over(description, what, terms):
    newest = earlier(description=description)
    found = decide(OURS, Found(newest), terms)
    assert found == Altered(newest, found.what, foreign=True)
    assert what in found.what


def test_the_remedy_tells_where_an_older_version_holds_our_zip():
    older = make_remote(OURS)
    action = decide(OURS, Found(earlier(description="by hand"), older), PUBLIC)
    error = fault(regions()["us-west-2"], action)
    assert "Version 1 holds our zip already, so --supersede publishes nothing" in error.remedy


def test_on_purpose_ours_is_published_after_it():
    on_purpose = Terms(public=True, supersede=True)
    assert decide(OURS, Found(earlier(description="by hand")), on_purpose) == Upload()


def test_on_purpose_an_older_one_of_ours_is_still_not_doubled():
    older = make_remote(OURS)
    found = Found(earlier(description="by hand"), older)
    action = decide(OURS, found, Terms(public=True, supersede=True))
    assert action == Skip(older, action.note)


@pytest.mark.parametrize("code", ["", OTHER])
@pytest.mark.parametrize("supersede", [False, True])
def test_a_permission_of_ours_that_was_changed_is_reported(code, supersede):
    remote = make_remote(OURS, code_sha256=code, access=Access(alteration="names 111111111111"))
    action = decide(
        OURS, Found(remote, None if code else remote), Terms(public=True, supersede=supersede)
    )
    assert action == Altered(remote, "its permission 'public' names 111111111111")

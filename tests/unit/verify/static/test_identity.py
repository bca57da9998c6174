"""The manifest is published with the zip: it must not tell of another."""

from dataclasses import replace

import pytest

INFO = "python/scikit_learn-1.7.2.dist-info"


@pytest.mark.parametrize("field", ["cell", "layer_name", "lock_sha256"])
def test_a_manifest_of_another_layer(draft, field):
    draft.write()
    ((check, subject, message),) = draft.check_as_it_is(**{field: "another"})
    assert (check, subject) == ("contents", field)
    assert message.startswith("the manifest says 'another'; it should be ")


@pytest.mark.parametrize("field", ["version", "wheel", "sha256"])
def test_a_package_that_was_not_locked_so(draft, field):
    first, *others = draft.write().manifest.packages
    found = draft.check_as_it_is(packages=(replace(first, **{field: "another"}), *others))
    assert [(check, subject) for check, subject, _ in found] == [("contents", "joblib")] * 2


def test_a_package_that_the_manifest_leaves_out(draft):
    packages = draft.write().manifest.packages
    found = draft.check_as_it_is(packages=packages[1:])
    message = "is locked as any.whl; the manifest does not say so"
    assert found == [("contents", "joblib", message)]


def test_the_licence_of_a_package_is_that_of_its_metadata(draft):
    draft.files[f"{INFO}/METADATA"] += b"License-Expression: BSD-3-Clause\n"
    found = draft.check()
    message = "has the licence 'BSD-3-Clause'; the manifest says ''"
    assert found[0] == ("contents", "scikit-learn", message)
    assert [subject for _, subject, _ in found] == ["scikit-learn", "license"]


def test_the_licence_of_a_layer_has_those_of_its_libraries(draft):
    draft.write()
    ((check, subject, message),) = draft.check_as_it_is(license="MIT")
    assert (check, subject) == ("contents", "license")
    assert message.startswith("the manifest says 'MIT'; the zip gives 'GPL")

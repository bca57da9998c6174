import pytest

from layerfactory.build.licenses import license_texts

INFO = "python/scikit_learn-1.7.2.dist-info"


def declare(draft, *texts, info=INFO):
    lines = "".join(f"License-File: {text}\n" for text in texts)
    draft.files[f"{info}/METADATA"] += lines.encode()


def test_a_locked_wheel_without_metadata(draft):
    del draft.files[f"{INFO}/METADATA"]
    ((check, subject, message),) = draft.check()
    assert (check, subject) == ("contents", "scikit-learn")
    assert "no METADATA" in message


def test_a_wheel_that_is_not_there_at_all(draft):
    draft.wheels = (*draft.wheels, ("numpy", "2.3.0"))
    assert [subject for _, subject, _ in draft.check()] == ["numpy"]


def test_another_version_than_the_locked_one(draft):
    draft.wheels = (("joblib", "1.5.1"), ("scikit-learn", "1.7.2"))
    assert draft.check() == [("contents", "joblib", "is locked at 1.5.1; METADATA says 1.5.0")]


@pytest.mark.parametrize("name", ["Scikit_Learn", "scikit.learn", "scikit-learn"])
def test_names_are_compared_as_indexes_do(draft, name):
    draft.wheels = (("joblib", "1.5"), (name, "1.7.2"))
    assert draft.check() == []


def test_a_distribution_beyond_the_lock(draft):
    draft.wheels = draft.wheels[:1]
    assert draft.check() == [("contents", INFO, "is not in the lock")]


def test_copies_that_packages_carry_are_their_own_business(draft):
    draft.files["python/joblib/_vendor/x-1.dist-info/METADATA"] = b"Name: x\nVersion: 1\n"
    assert draft.check() == []


@pytest.mark.parametrize("content", [None, b""])
def test_a_missing_wheel_file(draft, content):
    if content is None:
        del draft.files[f"{INFO}/WHEEL"]
    else:
        draft.files[f"{INFO}/WHEEL"] = content
    assert draft.check() == [("contents", "scikit-learn", f"has no {INFO}/WHEEL")]


def test_metadata_that_is_garbage(draft):
    draft.files[f"{INFO}/METADATA"] = b"\xff\xfe\x00"
    assert {subject for _, subject, _ in draft.check()} == {"scikit-learn", INFO}


def test_wheels_that_never_had_a_licence_text_pass(draft):
    """As scikit-learn 0.22: no text anywhere in the wheel."""
    del draft.files[f"{INFO}/LICENSE"]
    assert draft.check() == []
    assert draft.check(licenses=["joblib-1.5.0.dist-info/LICENSE"]) == []


def test_a_licence_of_the_untrimmed_install_that_is_gone(draft):
    known = ["joblib-1.5.0.dist-info/LICENSE", "sklearn/externals/LICENSE", "numpy/COPYING"]
    message = "is a licence text of its wheel, and is gone"
    assert draft.check(licenses=known) == [
        ("contents", "numpy/COPYING", message),
        ("contents", "sklearn/externals/LICENSE", message),
    ]


def test_licence_texts_by_name():
    texts = {
        "a.dist-info/LICENSE",
        "a.dist-info/licenses/sub/dragon4_LICENSE.txt",
        "a.dist-info/LICENCE.rst",
        "a.dist-info/licenses/LICENSES/HAVEN",
        "a.dist-info/license_files/bundled.h",
        "a/SuperLU/License.txt",
        "a/COPYING_QHULL.txt",
        "a/LICENSE_DOP",
        "NOTICE",
        "AUTHORS.md",
    }
    others = {"a/licensing.py", "a/license.pyc", "a/data.txt", "licenses/readme.txt"}
    others |= {"a/licenses/data.txt", "a/LICENSE.CC"}
    assert set(license_texts(texts | others)) == texts

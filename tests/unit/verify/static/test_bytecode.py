import pytest

SLOW = "has no bytecode: it is compiled at each cold start"


@pytest.fixture
def sources(draft, pyc):
    """The same layer, with sources."""
    draft.bytecode = "sources"
    for name in [name for name in draft.files if name.endswith(".pyc")]:
        del draft.files[name]
        draft.files[name.removesuffix("c")] = b"x = 1\n"
        folder = name.rpartition("/")[0]
        draft.files[f"{folder}/__pycache__/__init__.cpython-311.pyc"] = pyc
    return draft


@pytest.mark.parametrize("policy", ["sourceless", "sourceless-docstrings"])
def test_bytecode_alone_is_well(draft, policy):
    draft.bytecode = policy
    assert draft.check() == []


def test_a_policy_that_nobody_knows(draft):
    draft.bytecode = "wordless"
    assert draft.check() == [("bytecode", "manifest", "'wordless' is no bytecode policy")]


def test_a_source_beside_its_bytecode(draft):
    draft.files["python/sklearn/__init__.py"] = b"x = 1\n"
    ((check, subject, message),) = draft.check()
    assert (check, subject) == ("bytecode", "python/sklearn/__init__.py")
    assert "beside its bytecode" in message


def test_a_source_without_bytecode(draft):
    draft.files["python/sklearn/svm.py"] = b"x = 1\n"
    message = "is a source; only its bytecode should be shipped"
    assert draft.check() == [("bytecode", "python/sklearn/svm.py", message)]


@pytest.mark.parametrize("source", [b"print 'two'\n", b"x = \0", b"\xff\xff = 1"])
@pytest.mark.parametrize("policy", ["sourceless", "sources"])
def test_a_source_that_does_not_compile_may_stay(request, source, policy):
    draft = request.getfixturevalue("sources" if policy == "sources" else "draft")
    draft.files["python/sklearn/template.py"] = source
    assert draft.check() == []


def test_a_source_that_only_warns_does_compile(draft):
    draft.files["python/sklearn/old.py"] = b"x = '\\d'\n"
    assert [subject for _, subject, _ in draft.check()] == ["python/sklearn/old.py"]


def test_a_module_that_its_wheel_has_twice(draft, pyc):
    """As scipy 1.10's _spectral: Python takes the extension, trimmed or not."""
    draft.files["python/sklearn/_fast.pyc"] = pyc
    assert draft.check() == []


def test_cached_bytecode_without_sources(draft, pyc):
    path = "python/sklearn/__pycache__/svm.cpython-311.pyc"
    draft.files[path] = pyc
    message = "would be read beside its source alone, which should not be shipped"
    assert ("bytecode", path, message) in draft.check()


def test_bytecode_of_another_python(draft, pyc):
    draft.files["python/joblib/a.pyc"] = b"\x61\r\r\n" + pyc[4:]
    message = "was compiled by another Python than the others"
    assert draft.check() == [("bytecode", "python/joblib/a.pyc", message)]


@pytest.mark.parametrize("length", [0, 3, 15])
def test_bytecode_cut_short(draft, pyc, length):
    draft.files["python/joblib/a.pyc"] = pyc[:length]
    assert draft.check() == [("bytecode", "python/joblib/a.pyc", "is cut short")]


def test_sources_with_unchecked_bytecode_are_well(sources):
    assert sources.check() == []


@pytest.mark.parametrize("flags", [0b00, 0b11])
def test_bytecode_that_is_held_against_its_source(sources, pyc, flags):
    """By time, which a fixed date makes stale, or by hash, which costs reading every source."""
    path = "python/sklearn/__pycache__/__init__.cpython-311.pyc"
    sources.files[path] = pyc[:4] + flags.to_bytes(4, "little") + pyc[8:]
    message = "is held against its source at import: it has no unchecked hash"
    assert sources.check() == [("bytecode", path, message)]


@pytest.mark.parametrize("tag", ["cpython-312", "cpython-311.opt-1"])
def test_bytecode_that_the_runtime_does_not_look_for(sources, tag):
    path = "python/sklearn/__pycache__/__init__.cpython-311.pyc"
    sources.files[path.replace("cpython-311", tag)] = sources.files.pop(path)
    assert ("bytecode", "python/sklearn/__init__.py", SLOW) in sources.check()


def test_a_module_outside_of_packages_has_its_bytecode_too(sources, pyc):
    sources.files["python/threadpoolctl.py"] = b"x = 1\n"
    assert sources.check() == [("bytecode", "python/threadpoolctl.py", SLOW)]
    sources.files["python/__pycache__/threadpoolctl.cpython-311.pyc"] = pyc
    assert sources.check() == []

"""Model files of every form, right ones and wrong ones."""

import hashlib
import pickle
import re
import sys
import types

import joblib
import pytest
import sklearn
from conftest import strict
from scikit_learn_lambda import pickled
from scikit_learn_lambda.errors import ModelError, ModelNotFoundError, SettingsError
from scikit_learn_lambda.inside import all_inside, set_n_jobs
from scikit_learn_lambda.model import load
from scikit_learn_lambda.settings import Settings
from sklearn.linear_model import LogisticRegression

OTHER = "0.21.3"


def load_from(path, **environ):
    return load(str(path), Settings.from_env(environ))


@pytest.fixture
def model(iris):
    return LogisticRegression(max_iter=500).fit(*iris)


def write(path, estimator, form):
    if form.startswith("pickle"):
        path.write_bytes(pickle.dumps(estimator, protocol=int(form[-1])))
    else:
        joblib.dump(estimator, str(path), compress={"joblib": 0}.get(form, (form, 3)))


FORMS = ["pickle0", "pickle2", "pickle4", "joblib", "zlib", "gzip", "bz2", "xz", "lzma"]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("suffix", [".joblib", ".pickle", ".anything", ""])
@pytest.mark.parametrize("is_pinned", [False, True])
def test_every_form_whatever_its_name_is(model, iris, tmp_path, form, suffix, is_pinned):
    path = tmp_path / ("model" + suffix)
    write(path, model, form)
    environ = {}
    if is_pinned:
        environ["SKLEARN_MODEL_SHA256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    loaded = load_from(path, **environ)
    assert (loaded.estimator.predict(iris[0]) == model.predict(iris[0])).all()
    assert loaded.size == path.stat().st_size
    assert loaded.sha256 == environ.get("SKLEARN_MODEL_SHA256")
    assert loaded.scikit_learn == sklearn.__version__
    assert loaded.trained_with == (sklearn.__version__,)


def test_forms_are_told_apart(model, tmp_path):
    found = {}
    for form in FORMS:
        write(tmp_path / form, model, form)
        found[form] = pickled.sniff((tmp_path / form).read_bytes())
    assert found.pop("pickle0") == "unknown"  # text; it is tried as a pickle all the same
    assert found == {form: "pickle" if "pickle" in form else "joblib" for form in found}


class Bomb:
    """Does something when it is unpickled."""

    def __reduce__(self):
        return (print, ("unpickled",))


def test_another_file_is_not_unpickled(tmp_path, capsys):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(ModelError, match="SKLEARN_MODEL_SHA256"):
        load_from(path, SKLEARN_MODEL_SHA256="0" * 64)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("data", [b"", b"version https://git-lfs", b"\x80\x04nonsense", b"<html>"])
def test_files_that_are_no_model(tmp_path, data):
    path = tmp_path / "model.joblib"
    path.write_bytes(data)
    with pytest.raises(ModelError):
        load_from(path)


@pytest.mark.parametrize("path", ["/none/at/all.pkl", "none.pkl", "/"])
def test_files_that_are_not_there(path):
    with pytest.raises(ModelNotFoundError):
        load_from(path)


def test_relative_paths_stand_beside_the_code(model, tmp_path, monkeypatch):
    write(tmp_path / "model.joblib", model, "joblib")
    monkeypatch.setenv("LAMBDA_TASK_ROOT", str(tmp_path))
    assert load_from("./model.joblib").facts.name == "LogisticRegression"


def of_another_release(data):
    """A pickle as another scikit-learn would have written it."""
    own = sklearn.__version__.encode()
    assert data.count(b"_sklearn_version") == 1
    place = data.rindex(own)
    # Before it stands its length, in four bytes.
    told = len(OTHER).to_bytes(4, "little")
    return data[: place - 4] + told + OTHER.encode() + data[place + len(own) :]


@pytest.fixture
def old(model, tmp_path):
    path = tmp_path / "old.pkl"
    # Protocol 3 has no frames, whose lengths would differ.
    path.write_bytes(of_another_release(pickle.dumps(model, protocol=3)))
    return path


def test_the_release_is_read_out_of_a_pickle(old, model):
    assert pickled.versions(old.read_bytes()) == (OTHER,)
    for protocol in (2, 3, 4):
        data = pickle.dumps(model, protocol=protocol)
        assert pickled.versions(data) == (sklearn.__version__,)


def test_a_model_of_another_release_is_told_of(old, capsys):
    assert load_from(old).trained_with == (OTHER,)
    (line,) = (strict(line) for line in capsys.readouterr().out.splitlines())
    assert line["level"] == "WARNING"
    assert OTHER in line["message"]
    assert sklearn.__version__ in line["message"]


def test_the_layer_to_use_is_named(old, capsys, monkeypatch):
    from scikit_learn_lambda import unpickle

    message = unpickle.describe(("0.23.1",), "1.9.1")
    assert re.search(r"use the layer python-3-\d+-scikit-learn-0-23-1\.$", message)
    assert unpickle.describe((OTHER,), "1.9.1").endswith("1.9.1 runs.")  # none has it


def test_a_model_of_another_release_may_be_refused(old):
    with pytest.raises(ModelError, match="SKLEARN_VERSION_POLICY"):
        load_from(old, SKLEARN_VERSION_POLICY="error")


def test_a_model_of_another_release_may_be_let_pass(old, capsys):
    load_from(old, SKLEARN_VERSION_POLICY="ignore")
    assert capsys.readouterr().out == ""


def test_a_module_that_has_moved_is_explained(model, tmp_path):
    data = of_another_release(pickle.dumps(model, protocol=3))
    path = tmp_path / "moved.pkl"
    path.write_bytes(re.sub(rb"csklearn\.\S+\n", b"csklearn.elsewhere\n", data))
    with pytest.raises(ModelError, match=r"elsewhere.*scikit-learn 0\.21\.3"):
        load_from(path)


def test_a_model_that_unpickles_but_cannot_answer(model, tmp_path, capsys):
    del model.intercept_
    path = tmp_path / "old.pkl"
    path.write_bytes(of_another_release(pickle.dumps(model, protocol=3)))
    with pytest.raises(ModelError, match=r"cannot answer here.*scikit-learn 0\.21\.3"):
        load_from(path)
    assert capsys.readouterr().out == ""


def test_skops_wants_skops(tmp_path, monkeypatch):
    path = tmp_path / "model.skops"
    path.write_bytes(b"PK\x03\x04")
    monkeypatch.setitem(sys.modules, "skops", None)
    with pytest.raises(ModelError, match="skops"):
        load_from(path)


def test_skops_trusts_what_the_deployer_does(tmp_path, monkeypatch, model):
    path = tmp_path / "model.bin"
    path.write_bytes(b"PK\x03\x04")
    asked = []

    def loads(data, trusted):
        asked.append((data, trusted))
        return model

    stand_in = types.ModuleType("skops")
    stand_in.io = types.ModuleType("skops.io")
    stand_in.io.loads = loads
    monkeypatch.setitem(sys.modules, "skops", stand_in)
    monkeypatch.setitem(sys.modules, "skops.io", stand_in.io)
    assert load_from(path, SKLEARN_TRUSTED_TYPES="a.B, c.D").estimator is model
    assert asked == [(b"PK\x03\x04", ["a.B", "c.D"])]


@pytest.fixture
def busy(iris):
    """Models with n_jobs in every place."""
    from sklearn.ensemble import RandomForestClassifier, VotingClassifier
    from sklearn.model_selection import GridSearchCV
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline

    forest = RandomForestClassifier(n_estimators=3, n_jobs=1)
    voting = VotingClassifier([("f", forest), ("k", KNeighborsClassifier(n_jobs=1))], n_jobs=1)
    search = GridSearchCV(voting, {"f__max_depth": [2]}, cv=2, n_jobs=1).fit(*iris)
    for part in all_inside(search):
        if hasattr(part, "n_jobs"):
            part.n_jobs = 2  # only now: fitting would start processes
    return make_pipeline(search)


def jobs(estimator):
    found = (getattr(part, "n_jobs", None) for part in all_inside(estimator))
    return [number for number in found if number is not None]


def test_nothing_starts_processes(busy, tmp_path):
    # The search, what it was given and what it found: two votings with two inside and two fitted.
    assert jobs(busy) == [2] * 9
    path = tmp_path / "busy.pkl"
    path.write_bytes(pickle.dumps(busy))
    kept = jobs(load_from(path, SKLEARN_N_JOBS="keep").estimator)
    assert sorted(kept) == sorted(jobs(busy))
    changed = load_from(path).estimator
    assert jobs(changed) == [1] * len(kept)
    assert set_n_jobs(changed, 4) == len(kept)


def test_large_vocabularies_are_not_searched():
    from sklearn.feature_extraction.text import CountVectorizer

    vectorizer = CountVectorizer().fit(["good day"])
    vectorizer.vocabulary_ = {str(number): vectorizer for number in range(20000)}
    assert len(list(all_inside(vectorizer))) == 1


class Settled(LogisticRegression):
    """Whose n_jobs nobody may change."""

    @property
    def n_jobs(self):
        return 2

    @n_jobs.setter
    def n_jobs(self, value):
        if value is not None:
            raise AttributeError("n_jobs is settled")


def test_n_jobs_that_may_only_be_read_stays():
    assert set_n_jobs(Settled(), 1) == 0


def test_names_must_be_as_many_as_the_features(tmp_path, model):
    path = tmp_path / "model.pkl"
    write(path, model, "pickle4")
    with pytest.raises(SettingsError, match=r"3 names .* 4 features"):
        load_from(path, SKLEARN_FEATURE_NAMES="a,b,c")
    assert load_from(path, SKLEARN_FEATURE_NAMES="a,b,c,d").facts.feature_names == tuple("abcd")

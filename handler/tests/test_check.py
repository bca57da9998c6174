"""What a file says of its model, and whether it loads here."""

import json
import pickle
import sys

import pytest
import sklearn
from scikit_learn_lambda.__main__ import main
from scikit_learn_lambda.tools import check, contents, inert


@pytest.fixture
def dumped(tmp_path):
    """Writes a model, with joblib unless its name says otherwise."""

    def dump(model, name="model.joblib", **options):
        path = str(tmp_path / name)
        if name.endswith(".joblib"):
            import joblib

            joblib.dump(model, path, **options)
        else:
            with open(path, "wb") as file:
                pickle.dump(model, file)
        return path

    return dump


@pytest.mark.parametrize("name", ["model.joblib", "model.pkl"])
def test_a_pipeline(dumped, iris, name):
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    path = dumped(make_pipeline(StandardScaler(), RandomForestClassifier(5)).fit(*iris), name)
    told = check.check(path)
    assert told["format"] == name.split(".")[1].replace("pkl", "pickle")
    assert told["estimator"] == "sklearn.pipeline.Pipeline"
    assert {"RandomForestClassifier", "StandardScaler"} < set(told["estimators"])
    assert told["trained_with"] == [sklearn.__version__]
    assert "sklearn" in told["modules"]
    assert (told["features"], told["classes"]) == (4, [0, 1, 2])
    assert told["loads"] is True
    assert told["outputs"][:2] == ["predict", "predict_proba"]
    assert told["warnings"] == []
    assert check.is_good(told)
    release = sklearn.__version__.replace(".", "-")
    assert told["layer"].endswith("-scikit-learn-" + release)


def test_without_loading_nothing_is_imported(dumped, iris, monkeypatch):
    from sklearn.svm import SVC

    path = dumped(SVC().fit(*iris))
    for name in [name for name in sys.modules if name.split(".")[0] == "sklearn"]:
        monkeypatch.delitem(sys.modules, name)
    told = contents.contents(path)
    assert "sklearn" not in sys.modules
    assert told["trained_with"] == [sklearn.__version__]


def test_a_model_of_another_scikit_learn(dumped, iris, capsys):
    from sklearn.svm import SVC

    path = dumped(SVC().fit(*iris), "old.pkl")
    with open(path, "rb") as file:
        data = file.read()
    other = sklearn.__version__[:-1] + "7"
    with open(path, "wb") as file:
        file.write(data.replace(sklearn.__version__.encode(), other.encode()))
    assert main(["check", path]) == 1
    said = capsys.readouterr().out
    assert "trained with scikit-learn " + other in said
    assert "here is " + sklearn.__version__ in said


def test_a_model_that_does_not_load(tmp_path, capsys):
    path = tmp_path / "model.pkl"
    path.write_bytes(b"cno_such_module\nModel\n)R.")
    assert main(["check", str(path), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["loads"] is False
    assert "no_such_module" in told["error"]
    assert "it needs more than the layer has: no_such_module" in told["warnings"]
    assert main(["check", str(path), "--no-load"]) == 0


def test_compressed_models_are_named(dumped, iris):
    from sklearn.svm import SVC

    told = check.check(dumped(SVC().fit(*iris), compress=3))
    assert told["compression"] == "zlib"
    assert any("zlib" in warning for warning in told["warnings"])


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no pickle", b"hello", b"\x80\x04K\x01"])
def test_a_file_that_is_no_model(tmp_path, capsys, data):
    path = tmp_path / "model.joblib"
    path.write_bytes(data)
    assert main(["check", str(path)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("error: " + str(path))
    assert len(told.err.splitlines()) == 1
    with pytest.raises(inert.UnreadableError):
        check.check(str(path))


def test_a_file_that_is_not_there(tmp_path, capsys):
    assert main(["check", str(tmp_path / "none.joblib")]) == 2
    assert "no such file or directory" in capsys.readouterr().err

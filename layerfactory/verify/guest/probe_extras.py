"""What users do with the extras of a variant; nothing where there are none."""

import io
import os
import pickle

from probe_estimators import summarise
from probe_packages import attempt, must_agree
from probe_samples import table

NAMED_COLUMNS = "named columns"


def run_steps(tree: str, outputs: dict) -> dict:
    """Each step's ``ok`` or failure; ``outputs`` receives what is to be compared."""
    if not os.path.isdir(os.path.join(tree, "pandas")):
        return {}
    outputs[NAMED_COLUMNS] = {}
    return {
        NAMED_COLUMNS: attempt(lambda: fit_named_columns(outputs[NAMED_COLUMNS])),
        "tables": attempt(use_tables),
        "time zones": attempt(convert_time_zones),
    }


def fit_named_columns(outputs: dict) -> None:
    """A pipeline over the columns of a DataFrame, by name; through pickle, and as DataFrames."""
    import pandas as pd
    from sklearn.base import clone
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    frame, classes = named_table()
    columns = column_transformer()
    pipeline = make_pipeline(columns, LogisticRegression()).fit(frame, classes)
    outputs["predict_proba"] = summarise(pipeline.predict_proba(frame), len(frame))
    must_agree(pipeline, pickle.loads(pickle.dumps(pipeline)), frame)
    if list(getattr(columns, "feature_names_in_", frame.columns)) != list(frame.columns):
        raise ValueError("feature_names_in_ are not the DataFrame's columns")
    if hasattr(columns, "set_output"):  # from 1.2 on
        table_out = clone(columns).set_output(transform="pandas").fit_transform(frame)
        if not isinstance(table_out, pd.DataFrame):
            raise TypeError("set_output gives {}".format(type(table_out).__name__))
        outputs["columns"] = list(table_out.columns)
        outputs["transform"] = summarise(table_out.to_numpy(), len(frame))


def named_table() -> tuple:
    """Numbers, words and categories under names, and the class of each row."""
    import pandas as pd

    x, classes, _ = table()
    frame = pd.DataFrame(x, columns=["width", "length", "height", "weight"])
    words = ["red" if value > x[:, 0].mean() else "blue" for value in x[:, 0]]
    frame["colour"], frame["kind"] = words, pd.Categorical(words)
    return frame, classes


def column_transformer():
    """Scales numbers and encodes words, each chosen by the column's name."""
    import inspect

    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    known = inspect.signature(OneHotEncoder).parameters
    dense = "sparse_output" if "sparse_output" in known else "sparse"
    encoder = OneHotEncoder(**{"handle_unknown": "ignore", dense: False})
    parts = [
        ("numbers", StandardScaler(), ["width", "length", "height", "weight"]),
        ("words", encoder, ["colour", "kind"]),
    ]
    return ColumnTransformer(parts)


def use_tables() -> None:
    """Read, group, join and write."""
    import pandas as pd

    frame = pd.read_csv(io.StringIO("kind,amount,day\na,1,2026-07-01\nb,2,2026-07-02\na,3,\n"))
    frame["day"] = pd.to_datetime(frame["day"])
    sums = frame.groupby("kind")["amount"].sum()
    joined = frame.merge(sums.rename("total"), left_on="kind", right_index=True)
    back = pd.read_csv(io.StringIO(joined.sort_index().to_csv(index=False)))
    if back["total"].tolist() != [4, 2, 4] or frame["day"].isna().tolist() != [False, False, True]:
        raise ValueError("tables do not come back as they went")
    if "amount" not in repr(frame.describe()) or not frame.to_json():
        raise ValueError("a table cannot be shown")


def convert_time_zones() -> None:
    """By name, with the layer's own data alone: not every runtime has that of the system."""
    import pandas as pd

    try:
        import zoneinfo
    except ImportError:  # before Python 3.9
        zoneinfo = None
    if zoneinfo is not None:
        zoneinfo.reset_tzpath([])
    try:
        noon = pd.Timestamp("2026-07-01 12:00", tz="UTC")
        there = noon.tz_convert("America/New_York")
        if there.strftime("%H:%M %Z") != "08:00 EDT":
            raise ValueError("noon in UTC is {} in New York".format(there))
    finally:
        if zoneinfo is not None:
            zoneinfo.reset_tzpath()

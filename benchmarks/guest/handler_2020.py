"""A handler that does what that of 2020 did, as far as its README and its figures tell.

It imports boto3 whatever the model's path, loads the model in the first call, copies a model from
S3 to a file first, and writes whatever numpy gives. Written for the comparison; not its code.
"""

import json
import os
import tempfile

import boto3
import joblib

_loaded = {}


def handler(event, _context):
    """Answer one request of an API Gateway."""
    body = json.loads(event["body"])
    model = _model()
    answer = {}
    if body.get("return_prediction", True):
        answer["prediction"] = model.predict(body["input"]).tolist()
    if body.get("return_probabilities", False):
        classes = [str(name) for name in model.classes_]
        rows = model.predict_proba(body["input"])
        answer["probabilities"] = [dict(zip(classes, row)) for row in rows]
    return {"statusCode": 200, "body": json.dumps(answer, sort_keys=True, default=str)}


def _model():
    if "model" not in _loaded:
        path = os.environ["SKLEARN_MODEL_PATH"]
        _loaded["model"] = _from_s3(path) if path.startswith("s3://") else joblib.load(path)
    return _loaded["model"]


def _from_s3(url):
    bucket, _, key = url[len("s3://") :].partition("/")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.joblib")
        boto3.resource("s3").Object(bucket, key).download_file(path)
        return joblib.load(path)

"""The command line: what one does with a model before it is deployed."""

import argparse
import json
import os
import sys
from typing import Any, Dict, List, Optional

DESCRIPTION = "Serve, check and slim a scikit-learn model."
EPILOG = """\
Loading a model runs what is pickled in it: use models that you trust.

exit codes: 0 done; 1 the model is not fit (check), or nothing was written (slim, bundle);
2 wrong arguments, or a file that cannot be read
"""
EXAMPLES = {
    "serve": "python -m scikit_learn_lambda serve model.joblib --port 8080",
    "check": "python -m scikit_learn_lambda check model.joblib --json",
    "bundle": "python3.13 -m scikit_learn_lambda bundle model.joblib -o function.zip",
    "slim": "python -m scikit_learn_lambda slim model.joblib -o slim.joblib --rows rows.json",
}


class CommandError(Exception):
    """What went wrong, in one line, with its exit code."""

    def __init__(self, message: str, code: int = 2) -> None:
        super().__init__(message)
        self.code = code


def main(argv: Optional[List[str]] = None) -> int:
    """Do what is asked for; return the exit code."""
    options = parser().parse_args(argv)
    if options.verb is None:
        parser().print_help()
        return 2
    try:
        return int(options.do(options))
    except CommandError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """All verbs and their options."""
    whole = argparse.ArgumentParser(
        prog="python -m scikit_learn_lambda",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = whole.add_subparsers(dest="verb", metavar="VERB")
    serve = _verb(verbs, "serve", "answer HTTP on this machine, with the code that runs on Lambda")
    serve.add_argument("--host", default="127.0.0.1", help="where to listen (%(default)s)")
    serve.add_argument("--port", type=int, default=8080, help="0 for any (%(default)s)")
    serve.set_defaults(do=do_serve)
    check = _verb(
        verbs, "check", "say what a model is, which layer it wants, whether it loads here"
    )
    check.add_argument("--no-load", action="store_true", help="look at the file, and run nothing")
    check.add_argument("--json", action="store_true", help="tell a program")
    check.set_defaults(do=do_check)
    bundle = _verb(
        verbs, "bundle", "pack it and the handler into the zip that a function is made of"
    )
    bundle.add_argument("-o", "--output", required=True, metavar="FILE", help="the zip to write")
    bundle.add_argument("--json", action="store_true", help="tell a program")
    bundle.set_defaults(do=do_bundle)
    slim = _verb(
        verbs, "slim", "write it without what only training needs, proven to answer the same"
    )
    slim.add_argument("-o", "--output", required=True, metavar="FILE", help="the file to write")
    slim.add_argument(
        "--rows", metavar="FILE", help="JSON with rows of yours, to compare answers to"
    )
    slim.add_argument("--json", action="store_true", help="tell a program")
    slim.set_defaults(do=do_slim)
    return whole


def _verb(verbs: Any, name: str, words: str) -> argparse.ArgumentParser:
    verb: argparse.ArgumentParser = verbs.add_parser(
        name,
        help=words,
        description=words[0].upper() + words[1:] + ".",
        epilog="example: " + EXAMPLES[name],
    )
    verb.add_argument("model", help="a file: joblib or pickle")
    return verb


def do_check(options: argparse.Namespace) -> int:
    """Say what a model is."""
    from scikit_learn_lambda.tools import check, inert

    try:
        told = check.check(options.model, load=not options.no_load)
    except (inert.UnreadableError, OSError) as error:
        raise CommandError(_words(error)) from None
    if options.json:
        print(json.dumps(told, indent=2))
    else:
        print("\n".join(check.lines(options.model, told)))
    return 0 if check.is_good(told) else 1


def do_slim(options: argparse.Namespace) -> int:
    """Write a smaller model."""
    from scikit_learn_lambda.tools import inert, slim

    try:
        told = slim.slim(options.model, options.output, _rows(options.rows))
    except slim.NotSlimError as error:
        raise CommandError(str(error), 1) from None
    except (inert.UnreadableError, OSError) as error:
        raise CommandError(_words(error)) from None
    print(json.dumps(told, indent=2) if options.json else "\n".join(_slim_lines(options, told)))
    return 0


def _slim_lines(options: argparse.Namespace, told: Dict[str, Any]) -> List[str]:
    before, after = told["before"], told["after"]
    lines = [f"{options.model}: {before:,} bytes"]
    saved = 1 - after / before
    lines.append(f"{options.output}: {after:,} bytes, {saved:.0%} less")
    for name, count in sorted(told["dropped"].items()):
        lines.append("  without {}{}".format(name, f" x {count}" if count > 1 else ""))
    lines.append("{} answers are equal to the bit".format(told["compared"]))
    return lines


def do_bundle(options: argparse.Namespace) -> int:
    """Pack a function."""
    from scikit_learn_lambda.tools import bundle

    try:
        members = bundle.bundle(options.model, options.output)
    except bundle.NotBundledError as error:
        raise CommandError(str(error), 1) from None
    except OSError as error:
        raise CommandError(_words(error)) from None
    told = {"bytes": os.path.getsize(options.output), "members": members}
    if options.json:
        print(json.dumps(told, indent=2))
    else:
        python = "{}.{}".format(*sys.version_info)
        print("{}: {:,} bytes, for Python {}".format(options.output, told["bytes"], python))
        print(f"handler: scikit_learn_lambda.handler; SKLEARN_MODEL_PATH: {bundle.MODEL}")
    return 0


def _rows(path: Optional[str]) -> List[Any]:
    """What the file holds, as the model would get it from a request."""
    if path is None:
        return []
    try:
        with open(path, "rb") as file:
            value = json.loads(file.read().decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {_words(error)}") from None
    rows = value.get("input", value) if isinstance(value, dict) else value
    if isinstance(rows, list) and rows and isinstance(rows[0], dict):
        return [_frame(rows)]
    if not isinstance(rows, list) or not rows:
        raise CommandError(f"{path}: a list of rows is wanted")
    return [rows]


def _frame(records: List[Dict[str, Any]]) -> Any:
    try:
        import pandas as pd
    except ImportError:
        raise CommandError("rows by name want pandas, which is not here") from None
    return pd.DataFrame(records)


def do_serve(options: argparse.Namespace) -> int:
    """Answer HTTP until interrupted."""
    from scikit_learn_lambda.errors import DeploymentError
    from scikit_learn_lambda.function import LambdaFunction
    from scikit_learn_lambda.model import load
    from scikit_learn_lambda.settings import Settings
    from scikit_learn_lambda.tools.serve import Server, curl_line

    try:
        settings = Settings.from_env(dict(os.environ, SKLEARN_MODEL_PATH=options.model))
        loaded = load(options.model, settings)
    except DeploymentError as error:
        raise CommandError(str(error)) from None
    function = LambdaFunction(settings, {}, loader=lambda _path, _settings: loaded)
    try:
        server = Server(function.answer, options.host, options.port)
    except (OSError, OverflowError) as error:  # such as a port beyond all that there are
        words = f"port {options.port} of {options.host}: {_words(error)}"
        raise CommandError(words) from None
    print(f"{options.model} answers at {server.url}; Ctrl-C ends it")
    print(curl_line(server.url, loaded.facts.n_features), flush=True)
    with server:
        server.serve_forever()
    return 0


def _words(error: Exception) -> str:
    """An error of the system without its number."""
    if isinstance(error, OSError) and error.strerror:
        return "{}: {}".format(error.filename or "", error.strerror.lower()).lstrip(": ")
    return str(error)


if __name__ == "__main__":
    sys.exit(main())

"""cfn-lint knows the template language, and AWS's own lists of actions and their resources."""

import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

from role_stack import TEMPLATE, Stack


def known_actions():
    path = distribution("cfn-lint").locate_file("cfnlint/data/AdditionalSpecs/Policies.json")
    return json.loads(path.read_text("utf-8"))


def test_the_template_is_clean():
    done = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--include-checks", "I", "--", str(TEMPLATE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_an_action_is_limited_wherever_iam_can_limit_it():
    services = known_actions()
    for statement in Stack(Repository="OWNER/name").role().statements:
        for action in statement.actions:
            service, name = action.split(":")
            known = services[service]["Actions"][name.lower()]
            if statement.effect == "Allow":
                assert (statement.resources == ("*",)) == ("Resources" not in known), action

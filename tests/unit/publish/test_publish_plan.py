import base64
import hashlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from synthetic_layers import make_manifest, make_remote

from layerfactory.build.layer import Layer
from layerfactory.matrix.cell import Cell
from layerfactory.publish.plan import Grant, Skip, Upload, decide

CELL = Cell("3.12", "1.9.1")
OURS = Layer(CELL, Path("layer.zip"), make_manifest(CELL))
OTHER = make_manifest(CELL, b"other").code_sha256


def test_what_aws_does_not_have_is_uploaded():
    assert decide(OURS, None, public=True) == Upload()


def test_other_content_is_followed_by_ours():
    assert decide(OURS, make_remote(OURS, code_sha256=OTHER), public=True) == Upload()


def test_ours_and_public_is_left_alone():
    remote = make_remote(OURS)
    assert decide(OURS, remote, public=True) == Skip(remote)


def test_ours_but_private_is_granted_and_not_uploaded():
    assert decide(OURS, make_remote(OURS, version=4, public=False), public=True) == Grant(4)


def test_where_private_is_wanted_the_same_content_is_enough():
    remote = make_remote(OURS, public=False)
    assert decide(OURS, remote, public=False) == Skip(remote)


def test_what_is_public_stays_so_and_it_is_told():
    remote = make_remote(OURS, public=True)
    skip = decide(OURS, remote, public=False)
    assert skip == Skip(remote, skip.note)
    assert f"{remote.arn} is public already" in skip.note


def sha(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


@given(
    history=st.lists(st.tuples(st.sampled_from([b"a", b"b", b"c"]), st.booleans()), max_size=5),
    content=st.sampled_from([b"a", b"b", b"c"]),
    public=st.booleans(),
)
def test_after_a_plan_is_applied_there_is_nothing_left_to_do(history, content, public):
    layer = Layer(CELL, Path("layer.zip"), make_manifest(CELL, content))
    versions = [(sha(held), is_public) for held, is_public in history]

    def latest():
        if not versions:
            return None
        held, is_public = versions[-1]
        return make_remote(layer, version=len(versions), public=is_public, code_sha256=held)

    before = len(versions)
    match decide(layer, latest(), public=public):
        case Upload():
            versions.append((layer.manifest.code_sha256, public))
        case Grant(version):
            versions[version - 1] = (versions[version - 1][0], True)
    assert isinstance(decide(layer, latest(), public=public), Skip)
    assert len(versions) == before + (not history or history[-1][0] != content)

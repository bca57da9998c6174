from __future__ import annotations

import io
import tarfile
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.docker.archives import pack_files, pack_tree, read_single, unpack
from layerfactory.errors import BuildError, DockerError

names = st.lists(st.text("abc.", min_size=1, max_size=5), min_size=1, max_size=3)
paths = names.filter(lambda parts: not set(parts) & {".", ".."}).map(
    lambda parts: "/".join([f"d{part}" for part in parts[:-1]] + [f"f{parts[-1]}"])
)
trees = st.dictionaries(paths, st.binary(max_size=3000), max_size=6)


def chunked(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def as_docker_gives_it(members, prefix="tree") -> bytes:
    """Docker puts the folder's own name before each path."""
    output = io.BytesIO()
    with tarfile.open(fileobj=output, mode="w") as tar:
        for member, content in members:
            member.name = f"{prefix}/{member.name}"
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return output.getvalue()


def files_in(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@given(tree=trees, size=st.integers(1, 5000))
def test_files_come_back_however_they_are_cut(tree, size):
    data = as_docker_gives_it([(tarfile.TarInfo(name), content) for name, content in tree.items()])
    with tempfile.TemporaryDirectory() as folder:
        assert unpack(chunked(data, size), Path(folder)) == len(tree)
        assert files_in(Path(folder)) == tree


@pytest.mark.parametrize("writable", [True, False])
def test_a_packed_tree_belongs_to_root_and_is_readable_to_all(tmp_path, writable):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "secret").write_text("x")
    (tmp_path / "sub" / "secret").chmod(0o600)
    output = io.BytesIO()
    pack_tree(tmp_path, output, writable=writable)
    output.seek(0)
    with tarfile.open(fileobj=output) as tar:
        members = {member.name: member for member in tar}
    assert list(members) == ["sub", "sub/secret"]
    assert {(member.uid, member.gid) for member in members.values()} == {(0, 0)}
    assert members["sub/secret"].mode == (0o644 if writable else 0o444)
    assert bool(members["sub"].mode & 0o222) is writable


def test_only_the_named_files_are_packed(tmp_path):
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text(name)
    output = io.BytesIO()
    pack_tree(tmp_path, output, writable=True, names=["b.py"])
    output.seek(0)
    with tarfile.open(fileobj=output) as tar:
        assert tar.getnames() == ["b.py"]


def test_one_file_is_read(tmp_path):
    output = io.BytesIO()
    pack_files({"result.json": b"{}"}, output)
    assert read_single(chunked(output.getvalue(), 100)) == b"{}"


@pytest.mark.parametrize("name", ["../outside", "sub/../../outside"])
def test_a_path_that_leads_out_is_refused(tmp_path, name):
    data = as_docker_gives_it([(tarfile.TarInfo(name), b"x")])
    with pytest.raises(BuildError, match="leads out of its folder"):
        unpack([data], tmp_path / "in")
    assert not (tmp_path / "outside").exists()


def test_a_link_is_refused(tmp_path):
    link = tarfile.TarInfo("link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with pytest.raises(BuildError, match="a link or device"):
        unpack([as_docker_gives_it([(link, b"")])], tmp_path)


def test_an_archive_that_is_cut_short_is_the_daemons_fault(tmp_path):
    data = as_docker_gives_it([(tarfile.TarInfo("big"), b"x" * 5000)])
    with pytest.raises(DockerError, match="cut short"):
        unpack([data[:2000]], tmp_path)
    with pytest.raises(DockerError, match="cut short"):
        read_single([data[:100]])


def test_a_connection_that_breaks_is_not_taken_for_the_archive(tmp_path):
    def breaking():
        yield as_docker_gives_it([(tarfile.TarInfo("big"), b"x" * 5000)])[:2000]
        raise DockerError("the daemon went away")

    with pytest.raises(DockerError, match="the daemon went away"):
        unpack(breaking(), tmp_path)

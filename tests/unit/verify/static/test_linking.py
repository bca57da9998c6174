import pytest

from layerfactory.build.elf.rewrite import rewrite
from layerfactory.matrix.cell import Cell

MODULE = "python/sklearn/_fast.cpython-311-x86_64-linux-gnu.so"
LIBRARY = "python/scikit_learn.libs/libgomp-1.so"
LIBS = "python/scikit_learn.libs/"


def spoil(draft, elf_files, path=MODULE, **wishes):
    draft.files[path] = elf_files.Library(**wishes).build()
    return draft.check()


def test_a_file_for_another_processor(draft, elf_files):
    found = spoil(draft, elf_files, machine="aarch64", align=0x10000)
    assert found == [("elf", MODULE, "is for aarch64, not for x86_64")]


def test_pages_of_64_kib_on_graviton(draft, elf_files):
    draft.cell = Cell.parse("py3.11-sklearn1.7.0-arm64")
    draft.files[LIBRARY] = elf_files.Library(machine="aarch64", align=0x10000).build()
    found = spoil(draft, elf_files, machine="aarch64", align=0x1000)
    assert found == [("elf", MODULE, "is aligned to 4096 bytes; pages may have 65536")]


def test_a_segment_out_of_line(draft, elf_files):
    data = bytearray(draft.files[LIBRARY])
    data[64 + 56 + 8] ^= 0x10  # p_offset of the second segment
    data[64 + 112 + 8] ^= 0x10
    draft.files[LIBRARY] = bytes(data)
    found = draft.check()
    assert ("elf", LIBRARY, "has a segment whose offset is not aligned to its address") in found


def test_a_file_that_cannot_be_read(draft):
    draft.files[LIBRARY] = draft.files[LIBRARY][:200]
    found = draft.check()
    assert ("elf", LIBRARY, "cannot be read as an ELF file") in found


@pytest.mark.parametrize("name", ["_slow.cpython-311-x86_64-linux-gnu.so", "libx-1a2b.so.1.0.0"])
@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fEL"])
def test_a_file_that_is_a_library_by_its_name_alone(draft, name, content):
    path = f"python/sklearn/{name}"
    draft.files[path] = content
    assert draft.check() == [("elf", path, "cannot be read as an ELF file")]


@pytest.mark.parametrize(
    ("suffix", "good"),
    [
        ("cpython-311-x86_64-linux-gnu.so", True),
        ("abi3.so", True),
        ("so", True),
        ("cpython-312-x86_64-linux-gnu.so", False),
        ("cpython-37m-x86_64-linux-gnu.so", False),
        ("cpython-31-x86_64-linux-gnu.so", False),
    ],
)
def test_extension_modules_are_tagged_for_the_python_of_the_layer(draft, suffix, good):
    path = f"python/sklearn/_slow.{suffix}"
    draft.files[path] = draft.files[MODULE]
    assert [subject for _, subject, _ in draft.check()] == ([] if good else [path])


@pytest.mark.parametrize(
    ("versions", "message"),
    [
        ({"libc.so.6": ("GLIBC_2.26",)}, None),
        ({"libc.so.6": ("GLIBC_2.3.4", "GLIBC_2.26")}, None),
        ({"libm.so.6": ("GLIBC_2.27",)}, "needs GLIBC_2.27 of libm.so.6"),
        ({"libstdc++.so.6": ("GLIBCXX_3.4.24", "CXXABI_1.3.11")}, None),
        ({"libstdc++.so.6": ("GLIBCXX_3.4.25",)}, "needs GLIBCXX_3.4.25 of libstdc++.so.6"),
        ({"libc.so.6": ("GLIBC_ABI_DT_RELR",)}, "needs GLIBC_ABI_DT_RELR of libc.so.6"),
        ({"libc.so.6": ("GLIBC_PRIVATE",)}, "needs GLIBC_PRIVATE of libc.so.6"),
        # Another library's numbers mean nothing here.
        ({"libgomp-1.so": ("GLIBC_9.9",)}, None),
    ],
)
def test_symbol_versions_against_those_of_the_runtime(draft, elf_files, versions, message):
    """python3.11 has glibc 2.26 and GLIBCXX 3.4.24."""
    found = spoil(draft, elf_files, versions=versions)
    tail = f"{message}, which python3.11 does not have"
    assert found == ([] if message is None else [("elf", MODULE, tail)])


def test_sections_are_not_needed_to_see_symbol_versions(draft, elf_files):
    data = elf_files.Library(versions={"libc.so.6": ("GLIBC_2.40",)}).build()
    draft.files[MODULE] = rewrite(data, 0x1000).data
    ((_, subject, message),) = draft.check()
    assert subject == MODULE
    assert message.startswith("needs GLIBC_2.40")


class TestNeededLibraries:
    def missing(self, draft):
        return [
            (subject, message.removeprefix("needs ").partition(",")[0])
            for check, subject, message in draft.check()
            if check == "elf"
        ]

    def put(self, draft, elf_files, **libraries):
        draft.files = {k: v for k, v in draft.files.items() if k not in {MODULE, LIBRARY}}
        for name, wishes in libraries.items():
            path = MODULE if name == "module" else f"{LIBS}lib{name}.so"
            draft.files[path] = elf_files.Library(**wishes).build()

    def test_what_is_nowhere(self, draft, elf_files):
        self.put(draft, elf_files, module={"needed": ("libgfortran.so.5", "libc.so.6")})
        assert self.missing(draft) == [(MODULE, "libgfortran.so.5")]

    def test_what_is_there_and_cannot_be_found(self, draft, elf_files):
        self.put(draft, elf_files, module={"needed": ("liba.so",)}, a={})
        assert self.missing(draft) == [(MODULE, "liba.so")]

    @pytest.mark.parametrize("field", ["rpath", "runpath"])
    @pytest.mark.parametrize(
        ("folders", "reached"),
        [
            ("$ORIGIN/../scikit_learn.libs", True),
            ("${ORIGIN}/../scikit_learn.libs/", True),
            ("/usr/local/lib:$ORIGIN/../scikit_learn.libs", True),
            ("$ORIGIN/../../scikit_learn.libs", False),
            ("$ORIGIN", False),
            ("/opt/python/scikit_learn.libs", False),
        ],
    )
    def test_the_path_inside_the_file(self, draft, elf_files, field, folders, reached):
        self.put(draft, elf_files, module={"needed": ("liba.so",), field: folders}, a={})
        assert self.missing(draft) == ([] if reached else [(MODULE, "liba.so")])

    def test_rpath_serves_what_is_loaded_through_it(self, draft, elf_files):
        path = "$ORIGIN/../scikit_learn.libs"
        module = {"needed": ("liba.so",), "rpath": path}
        self.put(draft, elf_files, module=module, a={"needed": ("libb.so",)}, b={})
        assert self.missing(draft) == []

    def test_runpath_serves_its_own_file_only(self, draft, elf_files):
        path = "$ORIGIN/../scikit_learn.libs"
        module = {"needed": ("liba.so",), "runpath": path}
        self.put(draft, elf_files, module=module, a={"needed": ("libb.so",)}, b={})
        assert self.missing(draft) == [(LIBS + "liba.so", "libb.so")]

    def test_a_runpath_shuts_out_the_rpath_of_its_loaders(self, draft, elf_files):
        module = {"needed": ("liba.so",), "rpath": "$ORIGIN/../scikit_learn.libs"}
        library = {"needed": ("libb.so",), "runpath": "/usr/lib"}
        self.put(draft, elf_files, module=module, a=library, b={})
        assert self.missing(draft) == [(LIBS + "liba.so", "libb.so")]

    def test_what_is_loaded_already_need_not_be_found(self, draft, elf_files):
        path = "$ORIGIN/../scikit_learn.libs"
        module = {"needed": ("liba.so", "libb.so"), "runpath": path}
        self.put(draft, elf_files, module=module, a={"needed": ("libb.so",)}, b={})
        assert self.missing(draft) == []

    def test_a_soname_counts_as_the_name_of_what_is_loaded(self, draft, elf_files):
        path = "$ORIGIN/../scikit_learn.libs"
        module = {"needed": ("liba.so", "libc.so"), "rpath": path}
        library = {"needed": ("libalias.so",)}
        self.put(draft, elf_files, module=module, a={"soname": "libalias.so"}, c=library)
        assert self.missing(draft) == []

    def test_a_library_that_none_opens_is_taken_by_itself(self, draft, elf_files):
        self.put(draft, elf_files, module={}, a={"needed": ("libb.so",)})
        assert self.missing(draft) == [(LIBS + "liba.so", "libb.so")]

    def test_two_that_need_each_other(self, draft, elf_files):
        path = "$ORIGIN"
        one = {"needed": ("libb.so",), "rpath": path}
        other = {"needed": ("liba.so",), "rpath": path}
        self.put(draft, elf_files, module={}, a=one, b=other)
        assert self.missing(draft) == []


def test_every_fault_of_one_file_is_told(draft, elf_files):
    versions = {"libc.so.6": ("GLIBC_2.40",), "libstdc++.so.6": ("GLIBCXX_3.4.33",)}
    found = spoil(
        draft, elf_files, machine="386", align=0x100, versions=versions, needed=("libq.so",)
    )
    assert [subject for _, subject, _ in found] == [MODULE] * 5
    assert len({message for *_, message in found}) == 5


def test_an_object_file_is_loaded_by_nobody(draft, elf_files):
    draft.files["python/sklearn/leftover.o"] = elf_files.pack(bytes(300), [], kind=1)
    assert draft.check() == []

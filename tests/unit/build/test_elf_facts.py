import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.elf.facts import ElfFacts, SymbolNeed, read_facts
from layerfactory.build.elf.rewrite import rewrite


@pytest.fixture
def library(elf_files):
    return elf_files.Library(
        needed=("libgomp-1.so", "libc.so.6"),
        soname="libfast.so",
        rpath="$ORIGIN/../a.libs:/usr/lib",
        versions={
            "libc.so.6": ("GLIBC_2.2.5", "GLIBC_2.17", "GLIBC_2.4"),
            "libstdc++.so.6": ("GLIBCXX_3.4.9", "CXXABI_1.3", "GLIBCXX_3.4.19"),
            "libgcc_s.so.1": ("GCC_4.8.0",),
        },
    )


def test_what_a_file_asks_for(library):
    assert read_facts(library.build()) == ElfFacts(
        machine="x86_64",
        load_alignment=0x1000,
        aligned=True,
        needed=("libgomp-1.so", "libc.so.6"),
        soname="libfast.so",
        rpath=("$ORIGIN/../a.libs", "/usr/lib"),
        runpath=(),
        symbols=(
            SymbolNeed("libc.so.6", "GLIBC", (2, 17)),
            SymbolNeed("libgcc_s.so.1", "GCC", (4, 8, 0)),
            SymbolNeed("libstdc++.so.6", "CXXABI", (1, 3)),
            SymbolNeed("libstdc++.so.6", "GLIBCXX", (3, 4, 19)),
        ),
    )


def test_a_file_without_sections_tells_the_same(library):
    data = library.build()
    rewritten = rewrite(data, 0x1000)
    assert not rewritten.kept_because
    assert read_facts(rewritten.data) == read_facts(data)


def test_runpath_is_told_apart_from_rpath(elf_files):
    facts = read_facts(elf_files.Library(runpath="$ORIGIN").build())
    assert (facts.rpath, facts.runpath) == ((), ("$ORIGIN",))


def test_a_library_that_asks_for_nothing(elf_files):
    facts = read_facts(elf_files.Library().build())
    assert (facts.needed, facts.soname, facts.symbols) == ((), "", ())


@pytest.mark.parametrize(
    ("name", "need"),
    [
        ("GLIBC_2.34", SymbolNeed("lib", "GLIBC", (2, 34))),
        ("GLIBC_PRIVATE", SymbolNeed("lib", "GLIBC_PRIVATE", ())),
        ("GLIBC_ABI_DT_RELR", SymbolNeed("lib", "GLIBC_ABI_DT_RELR", ())),
        ("GFORTRAN_8", SymbolNeed("lib", "GFORTRAN", (8,))),
        ("libz.so.1", SymbolNeed("lib", "libz.so.1", ())),
    ],
)
def test_names_of_symbol_versions(elf_files, name, need):
    facts = read_facts(elf_files.Library(versions={"lib": (name,)}).build())
    assert facts.symbols == (need,)
    assert need.name == name


def test_a_weak_version_is_not_needed(elf_files):
    versions = {"libc.so.6": ("GLIBC_2.40", "GLIBC_2.17")}
    facts = read_facts(elf_files.Library(versions=versions, weak=("GLIBC_2.40",)).build())
    assert facts.symbols == (SymbolNeed("libc.so.6", "GLIBC", (2, 17)),)


@pytest.mark.parametrize(("machine", "align"), [("aarch64", 0x10000), ("386", 0x1000)])
def test_machine_and_alignment(elf_files, machine, align):
    facts = read_facts(elf_files.Library(machine=machine, align=align).build())
    assert (facts.machine, facts.load_alignment, facts.aligned) == (machine, align, True)


def test_a_segment_out_of_line(elf_files):
    headers = [elf_files.Header("PT_LOAD", 0, 0x10, 300, align=0x1000)]
    assert read_facts(elf_files.pack(bytes(400), headers)).aligned is False


@pytest.mark.parametrize("data", [b"", b"\x7fELF", b"#!/bin/sh", b"!<arch>\n", b"\x7fELF" * 50])
def test_what_is_no_elf_file(data):
    assert read_facts(data) is None


def test_a_name_that_runs_out_of_the_table_of_strings(library):
    data = library.build()
    # The builder puts the rpath last into the table.
    assert data.count(b":/usr/lib\0") == 1
    assert read_facts(data.replace(b":/usr/lib\0", b":/usr/lib!")) is None


@given(
    edits=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 255)), max_size=8),
    cut=st.one_of(st.none(), st.integers(0, 5000)),
)
def test_damage_never_raises(elf_files, edits, cut):
    versions = {"libc.so.6": ("GLIBC_2.17",)}
    data = bytearray(elf_files.Library(needed=("libc.so.6",), versions=versions).build())
    for position, value in edits:
        data[position] = value
    facts = read_facts(bytes(data[:cut]))
    assert facts is None or isinstance(facts, ElfFacts)

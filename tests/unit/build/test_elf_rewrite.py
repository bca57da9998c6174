from io import BytesIO
from itertools import pairwise

import pytest
from elftools.elf.elffile import ELFFile
from hypothesis import given
from hypothesis import strategies as st

from layerfactory.build.elf.image import ElfFormatError, read_image
from layerfactory.build.elf.rewrite import rewrite
from layerfactory.build.elf.view import loader_view

PAGES = st.sampled_from([0x1000, 0x10000])
FIRST = 64 + 56 * 12
"""Room for an ELF header and twelve program headers."""


@st.composite
def segments(draw):
    """Sizes, gaps and alignments of one to five segments, and what lies within them."""
    count = draw(st.integers(1, 5))
    sizes = [draw(st.integers(FIRST, 3 * FIRST))]
    sizes += [draw(st.integers(0, 9000)) for _ in range(count - 1)]
    return {
        "sizes": sizes,
        "gaps": [draw(st.integers(0, 9000)) for _ in range(count)],
        "bss": [draw(st.integers(0, 5000)) for _ in range(count)],
        "aligns": [draw(st.sampled_from([1, 0x1000, 0x10000, 0x200000])) for _ in range(count)],
        "parts": draw(
            st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, 9000)), max_size=4)
        ),
        "table": draw(st.integers(0, count - 1)),
    }


def build(elf_files, plan):
    """Lay the segments out as a careless linker might; content differs at every place."""
    loads, offset, vaddr = [], 0, 0
    for size, gap, bss, align in zip(
        plan["sizes"], plan["gaps"], plan["bss"], plan["aligns"], strict=True
    ):
        vaddr += (offset - vaddr) % align
        load = elf_files.Header("PT_LOAD", offset, vaddr, size, size + bss, align)
        loads.append(load)
        offset, vaddr = offset + size + gap, vaddr + size + bss
    headers = list(loads)
    for index, start in plan["parts"]:
        load = loads[index]
        inside = min(start, load.filesz)
        size = min(24, load.filesz - inside)
        # The headers themselves lie at the front of a segment.
        if inside >= FIRST or load.filesz == 0:
            place = load.offset + inside, load.vaddr + inside
            headers.append(elf_files.Header("PT_NOTE", *place, size))
    holder = loads[plan["table"]]
    phoff = 64 if holder is loads[0] or holder.filesz < FIRST else holder.offset
    headers.append(elf_files.Header("PT_GNU_STACK", 0, 0, 0))
    body = bytes((7 * n + n // 251) % 256 for n in range(offset))
    return elf_files.pack(body, headers, phoff=phoff)


def memory(data):
    """What pyelftools finds at each address, without our own code; headers left out."""
    elf = ELFFile(BytesIO(data))
    table = elf["e_phoff"], elf["e_phoff"] + elf["e_phnum"] * elf["e_phentsize"]
    found = []
    for segment in elf.iter_segments("PT_LOAD"):
        content = bytearray(segment.data())
        for start, end in [(0, 64), table]:
            begin = max(start - segment["p_offset"], 0)
            stop = max(end - segment["p_offset"], 0)
            content[begin:stop] = bytes(len(content[begin:stop]))
        found.append((segment["p_vaddr"], segment["p_memsz"], segment["p_flags"], bytes(content)))
    return found


@given(plan=segments(), page_size=PAGES)
def test_the_loader_sees_the_same_whatever_the_layout(elf_files, plan, page_size):
    data = build(elf_files, plan)
    result = rewrite(data, page_size)
    assert len(result.data) < len(data) or result.data == data
    assert loader_view(result.data) == loader_view(data)
    assert memory(result.data) == memory(data)


@given(plan=segments(), page_size=PAGES)
def test_offsets_stay_congruent_and_in_order(elf_files, plan, page_size):
    before = read_image(build(elf_files, plan))
    after = read_image(rewrite(before.data, page_size).data)
    for old, new in zip(before.loads, after.loads, strict=True):
        for modulus in (new.align, page_size):
            if (old.offset - old.vaddr) % modulus == 0:
                assert (new.offset - new.vaddr) % modulus == 0
    assert all(a.end <= b.offset for a, b in pairwise(after.loads))


@given(plan=segments(), page_size=PAGES)
def test_a_second_time_changes_nothing(elf_files, plan, page_size):
    once = rewrite(build(elf_files, plan), page_size).data
    again = rewrite(once, page_size)
    assert again.data == once
    assert again.kept_because


@given(
    plan=segments(),
    edits=st.lists(st.tuples(st.integers(0, FIRST), st.integers(0, 255)), max_size=6),
    cut=st.one_of(st.none(), st.integers(0, 20000)),
)
def test_a_damaged_file_never_raises_and_never_changes_its_meaning(elf_files, plan, edits, cut):
    damaged = bytearray(build(elf_files, plan))
    for position, value in edits:
        damaged[position] = value
    data = bytes(damaged[:cut])
    result = rewrite(data, 0x1000)
    if result.kept_because:
        assert result.data is data
    else:
        assert loader_view(result.data) == loader_view(data)


@given(data=st.binary(max_size=300))
def test_garbage_is_kept(data):
    assert rewrite(data, 0x1000).data == data
    headed = b"\x7fELF\x02\x01\x01" + data
    assert rewrite(headed, 0x1000).data == headed


def test_dead_bytes_and_sections_go(elf_files):
    data = elf_files.Library(needed=("libc.so.6",), dead=5000).build()
    result = rewrite(data, 0x1000)
    assert not result.kept_because
    assert len(result.data) < len(data) - 5000
    assert b"\xdd" * 20 not in result.data
    elf = ELFFile(BytesIO(result.data))
    assert (elf["e_shoff"], elf["e_shnum"], elf["e_shstrndx"]) == (0, 0, 0)
    (dynamic,) = elf.iter_segments("PT_DYNAMIC")
    assert [tag.needed for tag in dynamic.iter_tags("DT_NEEDED")] == ["libc.so.6"]


@pytest.mark.parametrize("align", [0x1000, 0x10000, 0x200000])
def test_a_segment_is_congruent_by_its_own_alignment(elf_files, align):
    data = elf_files.Library(align=align, dead=3 * align).build()
    image = read_image(rewrite(data, 0x1000).data)
    assert all((load.offset - load.vaddr) % align == 0 for load in image.loads)
    assert len(image.data) < len(data)


@pytest.mark.parametrize("align", [0x1000, 0x10000])
def test_large_pages_are_heeded_where_they_were(elf_files, align):
    library = elf_files.Library(machine="aarch64", align=0x10000, dead=200_000)
    data = library.build()
    first, second = read_image(data).loads
    narrow = elf_files.Header("PT_LOAD", second.offset, second.vaddr, second.filesz, align=align)
    headers = [elf_files.Header("PT_LOAD", 0, 0, first.filesz, align=align), narrow]
    result = rewrite(elf_files.pack(data, headers, machine="aarch64"), 0x10000)
    assert not result.kept_because
    moved = read_image(result.data).loads[1]
    assert (moved.offset - moved.vaddr) % 0x10000 == 0


def test_program_headers_in_a_later_segment_move_with_it(elf_files):
    headers = [
        elf_files.Header("PT_PHDR", 0x9000, 0x9000, 4 * 56),
        elf_files.Header("PT_LOAD", 0, 0, 0x100, 0x800, align=0x1000),
        elf_files.Header("PT_LOAD", 0x9000, 0x9000, 0x200, align=0x1000),
        elf_files.Header("PT_LOAD", 0xB000, 0xB000, 0x10, align=0x1000),
    ]
    data = elf_files.pack(bytes(0xF000), headers, phoff=0x9000)
    result = rewrite(data, 0x1000)
    image = read_image(result.data)
    assert not result.kept_because
    assert image.phoff == image.headers[0].offset == 0x1000
    assert loader_view(result.data) == loader_view(data)


def test_an_empty_header_between_two_segments_stays_with_its_neighbour_in_memory(elf_files):
    headers = [
        elf_files.Header("PT_LOAD", 0, 0, 0x400, align=0x1000),
        elf_files.Header("PT_LOAD", 0x400, 0x5400, 0x100, align=0x1000),
        elf_files.Header("PT_TLS", 0x400, 0x5400, 0, 0x80),
    ]
    image = read_image(rewrite(elf_files.pack(bytes(0x2000), headers), 0x1000).data)
    assert image.headers[2].offset == image.loads[1].offset


def test_memory_without_a_file_behind_it_keeps_a_page_to_map(elf_files):
    headers = [
        elf_files.Header("PT_LOAD", 0, 0, 0x400, align=0x1000),
        elf_files.Header("PT_LOAD", 0x3010, 0x7010, 0, 0x80, align=0x1000),
    ]
    data = elf_files.pack(bytes(0x6000), headers)
    result = rewrite(data, 0x1000)
    empty = read_image(result.data).loads[1]
    assert loader_view(result.data) == loader_view(data)
    assert empty.offset % 0x1000 == 0x10
    # The kernel maps the page that holds this offset, so the file has to reach into it.
    assert len(result.data) > empty.offset - 0x10


def test_a_build_id_under_the_program_headers_does_not_hinder(elf_files):
    """Patchelf of 2019 let the table grow over the note, as in numpy 1.18's own extensions."""
    headers = [
        elf_files.Header("PT_LOAD", 0, 0, 0x400, align=0x1000),
        elf_files.Header("PT_NOTE", 0x78, 0x78, 0x24, align=4),
        elf_files.Header("PT_LOAD", 0x3000, 0x7000, 0x100, align=0x1000),
    ]
    data = elf_files.pack(bytes(0x9000), headers)
    result = rewrite(data, 0x1000)
    assert not result.kept_because
    assert loader_view(result.data) == loader_view(data)


def _edited(position, value):
    def edit(data):
        return data[:position] + value + data[position + len(value) :]

    return edit


FIRST_LOAD, SECOND_LOAD, DYNAMIC = 64, 64 + 56, 64 + 2 * 56
EDITS = {
    "it is not an ELF file": lambda data: b"!<arch>\n" + data,
    "its headers are damaged": _edited(4, b"\x07"),
    "it is not a library or a program": _edited(16, b"\x01"),
    "its table of program headers has an unknown form": _edited(54, b"\x20"),
    "a segment ends behind the end of the file": lambda data: data[:300],
    "it has no segment to load": _edited(56, b"\0\0"),
    "its first segment does not begin with the file": _edited(
        FIRST_LOAD + 8, (0x1000).to_bytes(8, "little") * 2
    ),
    "a segment is not aligned as it says": _edited(SECOND_LOAD + 8, b"\x01"),
    "a segment is larger in the file than in memory": _edited(FIRST_LOAD + 40, b"\x01\0"),
    "its segments overlap, or are not in order": _edited(
        FIRST_LOAD + 32, (0x2FFF).to_bytes(8, "little") * 2
    ),
    "PT_DYNAMIC is in no segment": _edited(DYNAMIC + 8, b"\x80\x01"),
    "its program headers are in no segment": lambda data: (
        _edited(32, len(data).to_bytes(8, "little"))(data) + data[64:288]
    ),
    "a header points at bytes that have to change": _edited(DYNAMIC + 8, b"\x70" + 7 * b"\0"),
}


@pytest.mark.parametrize("reason", EDITS)
def test_what_cannot_be_rewritten_safely_is_kept_with_its_reason(elf_files, reason):
    data = EDITS[reason](elf_files.Library(needed=("libc.so.6",), dead=0x2800).build())
    result = rewrite(data, 0x1000)
    assert (result.kept_because, result.data) == (reason, data)


@pytest.mark.parametrize("identity", [b"\x01\x01", b"\x01\x02", b"\x02\x02"])
def test_files_for_other_kinds_of_processor_are_kept(identity):
    data = b"\x7fELF" + identity + b"\x01" + bytes(400)
    result = rewrite(data, 0x1000)
    assert result.kept_because == "it is not for a 64-bit, little-endian processor"
    assert result.data == data
    with pytest.raises(ElfFormatError):
        loader_view(data)


def test_a_file_without_dead_bytes_is_kept(elf_files):
    data = rewrite(elf_files.Library().build(), 0x1000).data
    assert rewrite(data, 0x1000).kept_because == "it would not be smaller"


def test_a_header_that_would_cost_space_is_not_moved(elf_files):
    """A far alignment behind a table that needs its own page must not blow the file up."""
    headers = [
        elf_files.Header("PT_LOAD", 0, 0, 0x100, align=0x1000),
        elf_files.Header("PT_LOAD", 0x100, 0x2100, 0x200, align=0x1000),
        elf_files.Header("PT_LOAD", 0x300, 1 << 50 | 0x300, 0x10, align=1 << 50),
    ]
    data = elf_files.pack(bytes(0x400), headers, phoff=0x100)
    assert rewrite(data, 0x1000).kept_because == "it would not be smaller"


def test_the_view_tells_two_files_apart(elf_files):
    data = elf_files.Library(needed=("libc.so.6",)).build()
    other = elf_files.Library(needed=("libm.so.6",)).build()
    assert loader_view(data) != loader_view(other)
    assert loader_view(data).dynamic[0][0] == "DT_NEEDED"

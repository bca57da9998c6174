from dataclasses import asdict, replace

from machine import Machine, processor_name, system_name

CPUINFO = "processor\t: 0\nmodel name\t: AMD  EPYC 7R13\n\nprocessor\t: 1\nmodel name\t: Other\n"


def test_processor_name_is_the_first():
    assert processor_name(CPUINFO) == "AMD EPYC 7R13"


def test_processor_without_a_name():
    assert processor_name("processor\t: 0\nBogoMIPS\t: 243.75\n") == ""


def test_system_name():
    assert (
        system_name('NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12"\n') == "Debian GNU/Linux 12"
    )
    assert system_name("ID=none\n") == ""


def test_machine_in_a_sentence():
    machine = Machine(
        date="2026-11-23",
        processor="AMD EPYC",
        architecture="x86_64",
        cores=2,
        memory_bytes=8 << 30,
        system="Debian 12",
        load=0.25,
        python="3.11.7",
        versions={"uv": "0.13.9"},
        commit="0123456789abcdef",
    )
    assert str(machine) == (
        "2026-11-23, AMD EPYC, 2 cores, 8 GiB, Debian 12 (x86_64), load 0.2 before; "
        "Python 3.11.7, uv 0.13.9, commit 0123456789ab."
    )
    assert asdict(machine)["versions"] == {"uv": "0.13.9"}
    assert str(replace(machine, commit="0123456789abcdef-dirty")).endswith(
        "commit 0123456789ab with changes."
    )
    assert str(replace(machine, commit="")).endswith("commit unknown.")

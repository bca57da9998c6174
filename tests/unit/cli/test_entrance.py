"""The command before it has read its modules."""

import builtins

import pytest

from layerfactory.__main__ import main


def test_an_interrupt_while_modules_are_read_leaves_without_a_traceback(monkeypatch, capsys):
    true = builtins.__import__

    def interrupted(name, *rest):
        if name == "layerfactory.cli.app":
            raise KeyboardInterrupt
        return true(name, *rest)

    monkeypatch.setattr(builtins, "__import__", interrupted)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130
    assert capsys.readouterr() == ("", "interrupted\n")

from __future__ import annotations

import ast
import importlib.util
import json
import marshal
import textwrap
import types
from importlib.machinery import SourceFileLoader
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(scope="module")
def guest():
    """The script, as a module of this Python."""
    script = files("layerfactory.build.guest").joinpath("compile_tree.py")
    spec = importlib.util.spec_from_file_location("compile_tree", str(script))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def compiled(guest, tmp_path):
    """Compiles a source and gives back the code."""

    def compile_source(source, *, docstrings=False):
        text = source.encode() if isinstance(source, str) else source
        (tmp_path / "sample.py").write_bytes(text)
        guest.compile_one(str(tmp_path), "sample.py", "sample.pyc", docstrings)
        return marshal.loads((tmp_path / "sample.pyc").read_bytes()[16:])

    return compile_source


@pytest.fixture
def run(compiled):
    """Compiles a source and runs it; gives back the module."""

    def run_source(source, *, docstrings=False):
        module = types.ModuleType("sample")
        exec(compiled(textwrap.dedent(source), docstrings=docstrings), module.__dict__)
        return module

    return run_source


DOCUMENTED = '''
    """Of the module."""
    limit = 3

    class Model:
        """Of the class."""
        alpha = "kept"
        """Of the attribute."""

        def fit(self):
            """Of the method."""
            return self.alpha

    def solve():
        """Of the function."""
        def inner():
            """Of the inner one."""
            return "inner"
        return inner

    async def fetch():
        """Of the coroutine."""
        return 1
'''


def documented_objects(module):
    inner = module.solve()
    return [module, module.Model, module.Model.fit, module.solve, inner, module.fetch]


def test_docstrings_are_dropped_everywhere(run):
    module = run(DOCUMENTED)
    assert [thing.__doc__ for thing in documented_objects(module)] == [None] * 6


def test_docstrings_stay_where_they_are_wanted(run):
    module = run(DOCUMENTED, docstrings=True)
    assert all(thing.__doc__.startswith("Of the ") for thing in documented_objects(module))


def test_what_is_no_docstring_stays(run):
    module = run(DOCUMENTED)
    assert module.limit == 3
    assert module.Model().fit() == "kept"
    assert module.solve()() == "inner"
    with pytest.raises(StopIteration) as ended:
        module.fetch().send(None)
    assert ended.value.value == 1


def test_assertions_stay(run):
    module = run('''
        def check(value):
            """Assert something."""
            assert value, "refused"
    ''')
    with pytest.raises(AssertionError, match="refused"):
        module.check(False)


def test_bodies_of_nothing_but_a_docstring(run):
    module = run('''
        class NotFittedError(ValueError):
            """Raised before fit."""
        def nothing():
            """Do nothing."""
        async def wait():
            """Wait for nothing."""
    ''')
    assert issubclass(module.NotFittedError, ValueError)
    assert module.nothing() is None
    assert [module.NotFittedError.__doc__, module.nothing.__doc__, module.wait.__doc__] == [
        None
    ] * 3
    module.wait().close()


def test_a_second_string_does_not_become_the_docstring(run):
    module = run('''
        """One."""
        """Two."""
        def f():
            "one"
            "two"
        class C:
            "one"
            "two"
            x = 1
    ''')
    assert [module.__doc__, module.f.__doc__, module.C.__doc__] == [None] * 3
    assert module.C.x == 1


def test_a_module_of_nothing_but_a_docstring(compiled):
    code = compiled('"""All there is."""\n')
    assert "All there is." not in code.co_consts


def test_future_statements_still_come_first(run):
    module = run('''
        """Doc."""
        from __future__ import annotations
        def f(x: Missing) -> Missing:
            "doc"
            return x
    ''')
    assert module.f.__annotations__ == {"x": "Missing", "return": "Missing"}
    assert module.f(1) == 1


def test_futures_of_the_script_do_not_leak_in(run):
    module = run("def f(x: int): pass\n")
    assert module.f.__annotations__ == {"x": int}


@pytest.mark.parametrize(
    "statement", ['f"{seen.append(1)}"', 'f"plain"', 'b"bytes"', "seen.append(1)", "...", "None"]
)
def test_expressions_that_are_no_docstrings_stay(guest, statement):
    tree = guest.drop_docstrings(ast.parse(f"def f():\n    {statement}\n    return 1\n"))
    assert ast.unparse(tree) == ast.unparse(ast.parse(f"def f():\n    {statement}\n    return 1\n"))


BLOCKS = """
if x: {definition}
if x: pass
else: {definition}
for y in x: {definition}
for y in x: pass
else: {definition}
while x: {definition}
with x: {definition}
try: {definition}
finally: pass
try: pass
finally: {definition}
try: pass
except E: {definition}
try: pass
except E: pass
else: {definition}
match x:
    case 1: {definition}
def f(): {definition}
async def f():
    async with x: {definition}
    async for y in x: {definition}
class C: {definition}
"""


def test_definitions_are_found_in_every_block(guest):
    source = BLOCKS.replace(": {definition}", ":\n        class D:\n            'dropped'")
    tree = guest.drop_docstrings(ast.parse(source))
    assert "class D" in ast.unparse(tree)
    assert "dropped" not in ast.unparse(tree)


def test_an_f_string_still_runs(run):
    module = run("""
        seen = []
        def f():
            f"{seen.append(1)}"
    """)
    module.f()
    assert module.seen == [1]


@pytest.mark.parametrize(
    "module", ["argparse", "ast", "asyncio.base_events", "dataclasses", "typing"]
)
def test_on_real_modules_nothing_but_docstrings_goes(guest, module):
    source = Path(importlib.util.find_spec(module).origin).read_text("utf-8")
    before, after = ast.parse(source), guest.drop_docstrings(ast.parse(source))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(after) if isinstance(node, documented)]
    assert [node for node in nodes if ast.get_docstring(node)] == []
    assert statements(after) == statements(before)
    compile(after, module, "exec")


def statements(tree):
    """Each statement's line and kind, but for strings that stand alone and what replaced them."""
    return [
        (node.lineno, type(node).__name__)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not isinstance(node, ast.Pass) and not is_string(node)
    ]


def is_string(node):
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def test_encodings_are_honoured(compiled):
    module = {}
    exec(compiled("# coding: latin-1\nname = 'é'\n".encode("latin-1")), module)
    assert module["name"] == "é"


def test_tracebacks_name_the_place_in_the_runtime(compiled):
    assert compiled("x = 1\n").co_filename == "/opt/python/sample.py"


def test_header_of_sourceless_bytecode(guest):
    assert guest.header(b"x = 1\n", True) == importlib.util.MAGIC_NUMBER + bytes(12)


def test_header_beside_a_source_is_unchecked(guest):
    source = b"x = 1\n"
    expected = (1).to_bytes(4, "little") + importlib.util.source_hash(source)
    assert guest.header(source, False) == importlib.util.MAGIC_NUMBER + expected


def test_unchecked_bytecode_is_taken_whatever_became_of_the_source(guest, tmp_path):
    source = tmp_path / "sample.py"
    source.write_text("answer = 'compiled'\n")
    target = Path(importlib.util.cache_from_source(str(source))).relative_to(tmp_path)
    guest.compile_one(str(tmp_path), "sample.py", str(target), True)
    source.write_text("answer = 'another source, with another date and size'\n")
    module = types.ModuleType("sample")
    module.__spec__ = importlib.util.spec_from_file_location("sample", source)
    SourceFileLoader("sample", str(source)).exec_module(module)
    assert module.answer == "compiled"


def test_what_does_not_compile_is_told_and_leaves_nothing(guest, tmp_path):
    sources = {"good.py": b"x = 1\n", "python2.py": b"print 'x'\n", "null.py": b"x = 1\0\n"}
    sources["words.py"] = b"# coding: no-such-thing\n"
    for name, text in sources.items():
        (tmp_path / name).write_bytes(text)
    steps = [[name, f"{name}c", True] for name in sources]
    assert guest.compile_group(str(tmp_path), steps) == ["python2.py", "null.py", "words.py"]
    assert [path.name for path in tmp_path.glob("*.pyc")] == ["good.pyc"]


def test_warnings_of_old_sources_do_not_show(guest, tmp_path, recwarn):
    (tmp_path / "old.py").write_text("x = '\\d'\nassert x is 'x', 1\n")
    assert guest.compile_group(str(tmp_path), [["old.py", "old.pyc", False]]) == []
    assert list(recwarn) == []


packages = st.sampled_from(["numpy", "scipy", "sklearn", "six.py"])


@given(st.lists(packages, max_size=450))
def test_groups_part_the_steps_in_their_order(guest, names):
    steps = [[f"{name}/{number}.py", "", True] for number, name in enumerate(names)]
    groups = guest.groups_of(steps)
    assert sorted(step for group in groups for step in group) == sorted(steps)
    for group in groups:
        assert 0 < len(group) <= guest.GROUP_SIZE
        assert len({step[0].split("/")[0] for step in group}) == 1
        assert [step for step in steps if step in group] == group


def test_steps_reach_the_script_as_they_were_planned(guest):
    from layerfactory.build.builder import CompileStep
    from layerfactory.build.compiling import steps_json

    steps = [CompileStep("a.py", "a.pyc", docstrings=False)]
    assert json.loads(steps_json(steps)) == [["a.py", "a.pyc", False]]


@pytest.mark.parametrize(
    "text", ["x in {None, 'a'}", "[y for y in {..., 1}]", "{('c', None), 1, 2} | {x}"]
)
def test_sets_whose_order_is_an_address_are_made_when_needed(guest, text):
    """Python 3.8 to 3.10 wrote `{None, ...}` in another order in every process."""
    tree = ast.parse(text, mode="eval")
    before = compile(tree, "sample", "eval")
    after = compile(guest.unfold_sets(ast.parse(text, mode="eval")), "sample", "eval")

    assert guest.has_unsteady_set(before)
    assert not guest.has_unsteady_set(after)
    assert eval(after, {"x": "a"}) == eval(before, {"x": "a"})


@pytest.mark.parametrize("text", ["x in {1, 'a', b'', 2.5, True}", "x in (None, 'a')"])
def test_other_constants_stay_as_they_are(guest, text):
    assert not guest.has_unsteady_set(compile(text, "sample", "eval"))


@pytest.mark.parametrize("word", ["", "assert x, 'no x'", "if __debug__: y = 1"])
def test_with_and_without_a_syntax_tree_docstrings_go_and_nothing_else(guest, word):
    source = f'def f(x):\n    "Of the function."\n    {word or "pass"}\n    return x\n'
    code = guest.code_of(source.encode(), "sample", False)
    space = {}
    exec(code, space)
    assert space["f"].__doc__ is None
    assert space["f"](1) == 1
    if word.startswith("assert"):
        with pytest.raises(AssertionError, match="no x"):
            space["f"](0)
    exec(guest.code_of(source.encode(), "sample", True), space)
    assert space["f"].__doc__ == "Of the function."

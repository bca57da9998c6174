"""Compile sources to bytecode. Runs under the layer's own Python, 3.6 to 3.14, with no package.

    python3.X -I -S compile_tree.py TREE STEPS.json RESULT.json [--jobs N]

STEPS is a list of ``[source, target, docstrings]``: paths relative to TREE, and whether docstrings
stay. RESULT is ``{"failed": [source, ...]}``: what is no valid source for this Python.

The same sources give the same bytes, however many jobs there are. marshal's output depends on
which strings the process has interned before, so a process of its own compiles each group of
sources, and groups depend on STEPS alone; and on the hash seed, which orders constant sets, so it
is fixed.
"""

import ast
import contextlib
import importlib.util
import json
import os
import re
import subprocess
import sys

# Where the runtime unpacks layers: what tracebacks show.
LAYER_ROOT = "/opt/python/"
UNCHECKED_HASH = 0b01
# What -OO changes besides docstrings; a word in a comment only costs time.
DEBUGGING = re.compile(rb"\b(?:assert|__debug__)\b")
# Since then the order of a constant set is that of its elements' bytes (bpo-37596).
MARSHAL_SORTS_SETS = sys.version_info >= (3, 11)
# Where a statement holds others, and exception handlers and cases that do.
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
# Sources to a process: few enough to keep all cores busy, enough to be worth its start.
GROUP_SIZE = 100


def drop_docstrings(tree):
    """Take docstrings out of a syntax tree; unlike -OO this keeps assertions."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            while node.body and is_text(node.body[0]):
                first = node.body.pop(0)
                if not node.body and not isinstance(node, ast.Module):
                    node.body.append(ast.copy_location(ast.Pass(), first))
        # No expression holds a definition: most of the tree need not be walked.
        for block in BLOCKS:
            waiting.extend(getattr(node, block, ()))
    return tree


def is_text(statement):
    """Whether a statement is nothing but a string: a docstring where it comes first."""
    if not isinstance(statement, ast.Expr):
        return False
    value = statement.value
    # Python 3.8 and later have Constant.value, earlier ones Str.s.
    text = value.value if hasattr(value, "value") else getattr(value, "s", None)
    return isinstance(text, str)


def has_unsteady_set(code):
    """Whether a constant set would be written in another order by another process.

    Hashes of None and ... are addresses, which no seed fixes.
    """
    return any(
        has_unsteady_set(constant)
        if hasattr(constant, "co_consts")
        else isinstance(constant, frozenset) and any(map(is_unsteady, constant))
        for constant in code.co_consts
    )


def is_unsteady(value):
    """Whether the hash of a constant differs from process to process."""
    if isinstance(value, (tuple, frozenset)):
        return any(map(is_unsteady, value))
    return value is None or value is Ellipsis


def unfold_sets(tree):
    """Write ``{a, b}`` as ``{*(a, b)}``: the same set, but made when it is needed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Set):
            elements = ast.Tuple(elts=node.elts, ctx=ast.Load())
            node.elts = [ast.Starred(value=elements, ctx=ast.Load())]
            ast.fix_missing_locations(node)
    return tree


def header(source, sourceless):
    """The bytes before the code: see PEP 552, and PEP 3147 for Python 3.6."""
    magic = importlib.util.MAGIC_NUMBER
    if sys.version_info < (3, 7):
        return magic + bytes(8)
    if sourceless:
        return magic + bytes(12)
    flags = UNCHECKED_HASH.to_bytes(4, "little")
    return magic + flags + importlib.util.source_hash(source)


def code_of(text, name, docstrings):
    """Compile a source; raise what compile() raises.

    By way of a syntax tree it takes twice as long, so only those go that way from which -OO would
    take more than docstrings, and those with unsteady sets.
    """
    if docstrings or not DEBUGGING.search(text):
        level = 0 if docstrings else 2
        code = compile(text, name, "exec", dont_inherit=True, optimize=level)
        if MARSHAL_SORTS_SETS or not has_unsteady_set(code):
            return code
    tree = compile(text, name, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    if not docstrings:
        tree = drop_docstrings(tree)
    code = compile(tree, name, "exec", dont_inherit=True, optimize=0)
    if MARSHAL_SORTS_SETS or not has_unsteady_set(code):
        return code
    return compile(unfold_sets(tree), name, "exec", dont_inherit=True, optimize=0)


def compile_one(root, source, target, docstrings):
    """Write one target; raise what compile() raises."""
    import marshal

    with open(os.path.join(root, source), "rb") as file:
        text = file.read()
    code = code_of(text, LAYER_ROOT + source, docstrings)
    path = os.path.join(root, target)
    folder = os.path.dirname(path)
    sourceless = os.path.basename(folder) != "__pycache__"
    if not sourceless:
        # Only this one: a tree that was swept away meanwhile must not come back.
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder)
    with open(path, "wb") as file:
        file.write(header(text, sourceless) + marshal.dumps(code))


def compile_group(root, steps):
    """Compile in order; return the sources that are none for this Python."""
    import warnings

    warnings.simplefilter("ignore")
    failed = []
    parent = os.getppid()
    for source, target, docstrings in steps:
        if os.getppid() != parent:
            sys.exit("nobody waits for this any more")
        try:
            compile_one(root, source, target, docstrings)
        except (SyntaxError, ValueError, RecursionError):
            failed.append(source)
    return failed


def groups_of(steps):
    """The steps by top-level package, GROUP_SIZE of them together at most."""
    packages = {}
    for step in steps:
        packages.setdefault(step[0].split("/")[0], []).append(step)
    return [
        package[start : start + GROUP_SIZE]
        for package in packages.values()
        for start in range(0, len(package), GROUP_SIZE)
    ]


def compile_apart(root, group):
    """Give a group a process of its own; return the sources that are none for this Python."""
    # Not -I, which ignores PYTHONHASHSEED as well.
    command = [sys.executable, "-s", "-S", os.path.abspath(__file__), root, "--group"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    env["PYTHONHASHSEED"] = "0"
    child = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    answer, _ = child.communicate(json.dumps(group).encode("ascii"))
    if child.returncode != 0:
        sys.exit("a compiling process ended with exit code {}".format(child.returncode))
    return json.loads(answer.decode("ascii"))


def run_groups(root, groups, jobs):
    """Compile the groups, at most ``jobs`` at a time."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(jobs) as pool:
        answers = pool.map(lambda group: compile_apart(root, group), groups)
        return sorted(source for failed in answers for source in failed)


def main(argv):
    """Compile all, or the one group that comes on standard input."""
    if argv[1:] == ["--group"]:
        print(json.dumps(compile_group(argv[0], json.load(sys.stdin))))
        return
    root, steps_path, result_path = argv[:3]
    jobs = int(argv[4]) if argv[3:4] == ["--jobs"] else 1
    with open(steps_path, encoding="utf-8") as file:
        steps = json.load(file)
    failed = run_groups(root, groups_of(steps), jobs)
    with open(result_path, "w", encoding="utf-8") as file:
        json.dump({"failed": failed}, file)


if __name__ == "__main__":
    main(sys.argv[1:])

import pytest
from workflow_expressions import ExpressionError, Expressions

CONTEXTS = {
    "needs": {"plan": {"outputs": {"build": '{"include": [{"name": "one"}]}', "work": "true"}}},
    "inputs": {"only": None, "runners": "4", "again": True},
    "vars": {},
    "matrix": {"name": "x86_64-1", "load": 0},
}


@pytest.fixture
def expressions():
    return Expressions(CONTEXTS, {"cancelled": lambda: False, "hashFiles": "-".join})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${{ fromJSON(needs.plan.outputs.build) }}", {"include": [{"name": "one"}]}),
        ("${{ !cancelled() && needs.plan.outputs.work == 'true' }}", True),
        ("${{ inputs.again && '--force' || '' }}", "--force"),
        ("${{ vars.NONE && '--force' || '' }}", ""),
        ("${{ inputs.runners || '20' }}", "4"),
        ("${{ vars.SECONDS || 3600 }}", 3600),
        ("${{ (vars.A || 'it''s') }}", "it's"),
        ("${{ cancelled() != true }}", True),
        ("parts-${{ matrix.name }}-${{ matrix.load }}-", "parts-x86_64-1-0-"),
        ("-${{ inputs.only }}-${{ inputs.again }}-", "--true-"),
        ("${{ hashFiles() }}", None),
        ("plain", "plain"),
        (7, 7),
    ],
)
def test_what_workflows_use(text, value):
    functions = {"cancelled": lambda: False, "hashFiles": lambda *_: None}
    assert Expressions(CONTEXTS, functions).fill(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "${{ secrets.KEY }}",
        "${{ matrix.nmae }}",
        "${{ needs.build.result }}",
        "${{ contains('a', 'b') }}",
        "${{ matrix.name ~ 'x' }}",
        "${{ matrix.name matrix.name }}",
        "${{ (matrix.name }}",
        "${{ matrix.load == 'x' }}",
        "${{ == }}",
        "${{ }}",
        "-${{ fromJSON(needs.plan.outputs.build) }}-",
    ],
)
def test_whatever_else_there_is_is_an_error(expressions, text):
    with pytest.raises(ExpressionError):
        expressions.fill(text)

import pytest

from layerfactory.jobs.markdown import plain

SPACE = "\N{ZERO WIDTH SPACE}"


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("a\n# b", "a \\# b"),
        ("<b>[x](y)|", "\\<b\\>\\[x\\](y)\\|"),
        ("it said `no`.", "it said \\`no\\`."),
        ("_so_ is x86_64", "\\_so\\_ is x86_64"),
    ],
)
def test_words_of_others_are_no_markup(words, line):
    assert plain(words) == line


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("ask @someone", f"ask @{SPACE}someone"),
        ("ask @team/some", f"ask @{SPACE}team/some"),
        ("see #12", f"see \\#{SPACE}12"),
        ("see owner/name#12", f"see owner/name\\#{SPACE}12"),
        ("see gh-12", f"see gh-{SPACE}12"),
        (
            "https://git.example/owner/name/issues/12",
            f"https://git.example/owner/name/{SPACE}issues/12",
        ),
        (
            "https://git.example/owner/name/pull/12",
            f"https://git.example/owner/name/{SPACE}pull/12",
        ),
        ("https://docs.example/issues/", "https://docs.example/issues/"),
        ("1 @ 2", "1 @ 2"),
    ],
)
def test_words_of_others_call_nobody_and_link_no_issue(words, line):
    assert plain(words) == line

from __future__ import annotations

import re

import pytest
from jinja2 import UndefinedError

from layerfactory.site.page import Page
from layerfactory.site.render import DOCS, render

HOSTILE = "<script>alert(1)</script> \" ' & {{ 7 * 7 }}"


def page(path="index.html", **fields):
    values = {"regions": []}
    return Page(
        path, "layers.html", fields.pop("title", "A title"), "What it is.", values=values, **fields
    )


def text_of(*pages):
    return render(pages)[pages[0].path].decode()


def test_equal_pages_give_equal_bytes():
    assert render([page()]) == render([page()])


def test_each_page_is_made_and_the_shared_files_with_it():
    files = render([page(files={"data/own.js": b"1"}), page("more/deep.html")])
    assert {"index.html", "more/deep.html", "data/own.js", "assets/site.css"} <= set(files)
    assert files["data/own.js"] == b"1"


def test_text_is_escaped_wherever_it_comes_from():
    text = text_of(page(title=HOSTILE, label=HOSTILE, dated=HOSTILE, notice=HOSTILE))
    assert "<script>alert" not in text
    assert "49" not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 5


def test_what_a_template_misses_is_a_fault():
    with pytest.raises(UndefinedError):
        render([Page("index.html", "layers.html", "Title", "What.")])


def test_the_header_has_pages_with_a_label_and_says_where_one_is():
    text = text_of(page(label="One"), page("two.html", label="Two"), page("three.html"))
    links = re.findall(r'<li><a href="([^"]*)"( aria-current="page")?>([^<]*)</a>', text)
    assert links == [
        ("index.html", ' aria-current="page"', "One"),
        ("two.html", "", "Two"),
        (DOCS, "", "Docs"),
    ]


def test_addresses_of_a_page_further_down_are_relative_to_it():
    text = text_of(page("more/deep.html", label="Deep", scripts=("assets/site.css",)))
    assert 'href="../more/deep.html"' in text
    assert re.search(r'<script defer src="\.\./assets/site\.css\?[0-9a-f]{8}"></script>', text)
    assert not re.search(r'(?:src|href)="(?:/|https?:)', text)


def test_the_address_of_a_file_changes_with_its_content():
    one, other = (text_of(page(files={"d.js": b}, scripts=("d.js",))) for b in (b"1", b"2"))
    assert one != other


def test_a_script_that_does_not_come_along_is_a_fault():
    with pytest.raises(KeyError):
        render([page(scripts=("assets/missing.js",))])


def test_a_policy_keeps_out_scripts_of_others_and_in_the_page():
    text = text_of(page(notice="Take care."))
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert "<style" not in text
    assert " style=" not in text
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=", text)


def test_a_notice_is_there_only_where_there_is_one():
    assert "Take care." in text_of(page(notice="Take care."))
    assert 'class="band"' not in text_of(page())


def test_what_turns_or_hides_text_is_a_mark():
    text = text_of(page(notice="a\u202eb\u200bc\x00d\u2028e, 5\u00a0GB\nf"))
    assert "a\ufffdb\ufffdc\ufffdd\ufffde, 5\u00a0GB\nf" in text

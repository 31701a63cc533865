"""The small R: what its text parses to, and what its base part evaluates to (R's answers written out)."""

from __future__ import annotations

import numpy as np
import pytest

import oracles.r.bindings  # noqa: F401  binds R's functions
from oracles.compare import compare
from oracles.r.base_data import read_csv
from oracles.r.evaluate import Environment, run
from oracles.r.lexer import RSyntaxError
from oracles.r.nodes import Call, Const, deparse, names
from oracles.r.parser import parse
from oracles.r.survey_design import expression
from oracles.r.tojson import to_json
from oracles.r.values import Frame, NotCoveredError, RError, factor_of, vec


def value(text: str, **given):
    return to_json(run(text, Environment(values=given)))


@pytest.mark.parametrize(
    ("text", "grouped"),
    [
        ("-2^2", "-(2^2)"),
        ("2^-1.5", "2^(-1.5)"),
        ("-1:3", "(-1):3"),
        ("a + b * c", "a + (b * c)"),
        ("a - b - c", "(a - b) - c"),
        ("2^3^2", "2^(3^2)"),
        ("!a == b & c", "(!(a == b)) & c"),
        ("a | b & c", "a | (b & c)"),
        ("(n - 1) %% 62 + 2", "((n - 1) %% 62) + 2"),
        ("a %in% b == c", "(a %in% b) == c"),
        ("y ~ a + b | c", "y ~ ((a + b) | c)"),
        ("x <- y <- 2", "x <- (y <- 2)"),
        ("1:n + 1", "(1:n) + 1"),
        ("f(x)$a[1]", "(f(x)$a)[1]"),
    ],
)
def test_precedence(text, grouped):
    def bare(node):
        if isinstance(node, Call):
            if node.name == "(":
                return bare(node.values[0])
            return (node.name or bare(node.function), *(bare(v) for v in node.values))
        return node

    assert bare(parse(text)[0]) == bare(parse(grouped)[0])


def test_arguments_strings_and_functions():
    call = parse("f(a = 1, `b c` = 'x\\'y', , ~z)")[0]
    assert [a.name for a in call.args] == ["a", "b c", None, None]
    assert call.args[1].value == Const("x'y", "character")
    assert call.args[2].value is None
    function = parse("function(x, y = 2) {\n x + y # sum\n\n}")[0]
    assert [p.name for p in function.params] == ["x", "y"]
    assert len(parse("a <- 1; b <- 2\nc <- 3")) == 3
    assert parse("pkg::f(1)")[0].name == "f"


@pytest.mark.parametrize("text", ["f(1", "a b", "x[[1]", "}", "a +", "function(x"])
def test_what_is_not_r_is_refused(text):
    with pytest.raises((RSyntaxError, IndexError)):
        parse(text)


def test_text_of_a_term_is_r_s():
    for text in ('I(sch.wide == "No")', "I(api00 - api99)", "interaction(a, b)", "log(api.stu)", "~a + b"):
        assert deparse(parse(text)[0]) == text
    assert names(parse("log(a) + b$c + d[e]")[0]) == ("a", "b", "d", "e")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("c(a = 1, b = 2) / 4", {"a": 0.25, "b": 0.5}),
        ("c(1, NA, 3) == 1", [True, None, False]),
        ("sum(c(1, NA), na.rm = TRUE)", 1),
        ("seq(1, 10, 4)", [1, 5, 9]),
        ("rep(c('a', 'b'), times = c(2, 1))", ["a", "a", "b"]),
        ("which(c(3, 1, 3) == 3)[1]", 1),
        ("ifelse(c(1, 5) > 2, 'hi', 'lo')", ["lo", "hi"]),
        ("quantile(c(1, 2, 4, 8), 0.5, names = FALSE)", 3),
        ("matrix(1:4, 2)[2, ]", [2, 4]),
        ("cbind(c(1, 2), c(3, 4)) * 2", {"rows": None, "cols": None, "data": [[2, 6], [4, 8]]}),
        ("tapply(c(1, 2, 3), c('x', 'y', 'x'), function(v) sum(v)^2)", {"x": 16, "y": 4}),
        ("lapply(list(a = 1, b = 2), function(k) k + 1)", {"a": 2, "b": 3}),
        ("vapply(c(1, 4), function(v) sqrt(v), 0)", [1, 2]),
        ("{x <- c(5, 6, 7); x[x > 5] <- 0; x}", [5, 0, 0]),
        ("{f <- function(x, y = x * 2) x + y; f(3)}", 9),
        ("{s <- 0; for (i in 1:3) s <- s + i; s}", 6),
        ("if (TRUE) 1 else 2", 1),
        ("setNames(c(1, 2), c('a', 'b'))[['b']]", 2),
        ("c(-1, 2)[-1]", 2),
        ("5 %/% 2 + 5 %% 2", 3),
        ("as.integer(factor(c('z', 'a')))", [2, 1]),
        ("levels(cut(c(1, 5), c(0, 2, 9), labels = c('lo', 'hi')))", ["lo", "hi"]),
        ("as.character(cut(c(0, 5), c(0, 2, 9), include.lowest = TRUE))", ["[0,2]", "(2,9]"]),
        ("unique(c(2, 1, 2)) %in% 1", [False, True]),
        ("list(1, NULL, Inf)", [1, None, "Inf"]),
        ("paste0('d', 1:2, collapse = '+')", "d1+d2"),
        ("as.data.frame(table(a = c('x', 'y', 'x')))", {"a": ["x", "y"], "Freq": [2, 1]}),
    ],
)
def test_base_r(text, answer):
    assert value(text) == answer


def test_data_frames():
    frame = Frame({"g": factor_of(vec(["b", "a", "b"])), "v": vec([1.0, 2.0, 3.0])})
    assert value("{d <- d[d$g == 'b', ]; d$w <- d$v * 10; d}", d=frame) == {
        "g": ["b", "b"],
        "v": [1, 3],
        "w": [10, 30],
    }
    assert value("{d$v[d$g == 'a'] <- 0; sum(d$v)}", d=frame) == 4
    assert value("transform(d, u = v + 1)[['u']]", d=frame) == [2, 3, 4]
    assert value("nrow(subset(d, v > 1))", d=frame) == 2
    assert value("names(split(d, d$g))", d=frame) == ["a", "b"]


def test_tables_are_read_as_r_reads_them(tmp_path):
    (tmp_path / "t.csv").write_text('"a","b","c"\n"B",1,TRUE\n"a",NA,FALSE\n,2.5,NA\n', encoding="utf-8")
    frame = read_csv(tmp_path / "t.csv")
    assert frame.columns["a"].levels == ("B", "a")  # by bytes
    assert np.isnan(frame.columns["b"].data[1])
    assert frame.columns["c"].kind == "logical"


def test_no_argument_is_dropped_in_silence():
    with pytest.raises(NotCoveredError, match="argument 'trim'"):
        value("mean(1, trim = 0.1)")
    with pytest.raises(NotCoveredError, match="nosuch"):
        value("nosuch(1)")
    with pytest.raises(RError):
        value("c(a = 1)[['b']] + factor('x')")


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("g == 'a' & v >= 2", "(`g` == 'a' and `v` >= '2')"),
        ("!is.na(v) | g != 'a'", "(`v` is not missing or `g` != 'a')"),
        ("v %in% c(1, 2)", None),
        ("log(v) > 1", None),
    ],
)
def test_conditions_in_our_language(condition, said):
    frame = Frame({"g": factor_of(vec(["b", "a", "b"])), "v": vec([1.0, 2.0, 3.0])})
    assert expression(parse(condition)[0], frame) == said


def _held(ours, theirs):
    return compare(ours, theirs, lambda path: 1e-9, lambda leaf: "", lambda path: 0.0)


def test_comparison_counts_every_value_and_notices_each():
    theirs = {
        "estimate": {"a": 1.0, "b": None},
        "se": [0.1, 0.2],
        "vcov": {"rows": ["a"], "cols": ["a"], "data": [[4.0]]},
    }
    same = _held(
        {
            "estimate": {"a": 1.0, "b": 9.0},
            "se": [0.1, 0.2],
            "vcov": {"rows": None, "cols": None, "data": [[4.0]]},
        },
        theirs,
    )
    assert (same.compared, len(same.left), same.wrong) == (4, 1, [])
    for changed in (
        {
            "estimate": {"a": 1.1, "b": 1},
            "se": [0.1, 0.2],
            "vcov": {"rows": None, "cols": None, "data": [[4.0]]},
        },
        {"estimate": {"a": 1.0, "b": 1}, "se": [0.1], "vcov": {"rows": None, "cols": None, "data": [[4.0]]}},
        {
            "estimate": {"a": 1.0, "b": 1},
            "se": [0.1, None],
            "vcov": {"rows": None, "cols": None, "data": [[4.0]]},
        },
        {
            "estimate": {"a": 1.0, "b": 1},
            "se": [0.1, 0.2],
            "vcov": {"rows": None, "cols": None, "data": [[4.1]]},
        },
    ):
        assert _held(changed, theirs).wrong

"""The text that Prometheus reads, read back by its own rules: names, escapes, one family at one place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from central_server.fleet.exposition import Family, Sample, write

LINE = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\n"])*",?)*)\})? (\S+)')
LABELS = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\\n]|\\[\\n"])*)"')
ESCAPE = re.compile(r"\\([\\n\"])")


def read(text: str) -> list[tuple[str, dict[str, str], float]]:
    """By https://prometheus.io/docs/instrumenting/exposition_formats/, text format 0.0.4."""
    assert text == "" or text.endswith("\n")
    found, named = [], list[str]()
    for line in text.splitlines() if "\n" in text else []:
        if line.startswith("# HELP "):
            named.append(line.split(" ")[2])
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2] == named[-1] and line.split(" ")[3] in ("gauge", "counter")
        else:
            match = LINE.fullmatch(line)
            assert match is not None, line
            assert match[1] == named[-1]
            labels = {
                name: ESCAPE.sub(lambda one: {"n": "\n"}.get(one[1], one[1]), value)
                for name, value in LABELS.findall(match[2] or "")
            }
            found.append((match[1], labels, float(match[3])))
    assert len(named) == len(set(named))
    return found


def test_as_it_stands() -> None:
    family = Family("a_b", "gauge", "What\nit is.", (Sample({}, 1), Sample({"x": 'a"\\\n'}, 0.5)))
    assert write([family, Family("left_out", "gauge", "-", ())]) == (
        '# HELP a_b What\\nit is.\n# TYPE a_b gauge\na_b 1\na_b{x="a\\"\\\\\\n"} 0.5\n'
    )


@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")),
            st.floats(allow_nan=False),
        ),
        unique_by=lambda one: one[0],
        max_size=5,
    )
)
def test_whatever_an_office_says_comes_back_whole(told: list[tuple[str, float]]) -> None:
    family = Family("m", "gauge", "-", tuple(Sample({"status": text}, value) for text, value in told))
    assert read(write([family])) == [("m", {"status": text}, value) for text, value in told]


@pytest.mark.parametrize(
    "samples",
    [(Sample({"1x": ""}, 1),), (Sample({"__x": ""}, 1),), (Sample({"x": "a"}, 1), Sample({"x": "a"}, 2))],
)
def test_what_prometheus_would_refuse_is_a_bug(samples: tuple[Sample, ...]) -> None:
    with pytest.raises(ValueError):
        write([Family("m", "gauge", "-", samples)])
    with pytest.raises(ValueError):
        write([Family("1m", "gauge", "-", (Sample({}, 1),))])

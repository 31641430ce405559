"""The blocks of docs/estimators.md run as they stand; those with BERTopic where it is installed."""

import re
import warnings
from pathlib import Path

import numpy as np
import pytest

PAGE = Path(__file__).parents[2] / "docs" / "estimators.md"
pytestmark = [
    pytest.mark.skipif(not PAGE.exists(), reason="installed without the docs"),
    pytest.mark.filterwarnings("ignore::alliance_nlp.AllianceWarning"),
]


@pytest.fixture
def names(encoder):
    """What the blocks without BERTopic leave behind, and the others; a small encoder stands in for the default."""
    text, found = PAGE.read_text(encoding="utf-8"), {"SMALL": encoder}
    for call, other in (
        ("TextVectors()", "TextVectors(encoder=SMALL, cache=False)"),
        ("embed(an", "embed(encoder=SMALL, cache=False, segments=an"),
    ):
        assert call in text
        text = text.replace(f"an.{call}", f"an.{other}")
    blocks = re.findall(r"(<!-- with bertopic -->\n)?```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 5
    for needs, code in blocks:
        if not needs:
            exec(code, found)
    return found | {"blocks": [code for needs, code in blocks if needs]}


def test_blocks_without_bertopic(names):
    assert names["vectors"].shape == names["frame"].shape
    assert len(names["labels"]) == len(names["texts"]) == 300
    assert names["probabilities"].shape[1] == 2
    assert names["alpha"].value == pytest.approx(1 - 0.25 / (30 / 56))  # 4 units, one apart: a 5, b 3 of 8 values


@pytest.mark.slow
def test_blocks_with_bertopic(request):
    """Our clusterer, vectors and descriptions in a real BERTopic: the same groups, the same words."""
    pytest.importorskip("bertopic", reason="BERTopic is not installed: pip install bertopic")
    names = request.getfixturevalue("names")
    ours, shown = names["blocks"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # BERTopic's own
        exec(ours, names)
        exec(shown, names)
    groups, labels = np.array(names["groups"]), np.asarray(names["labels"])
    assert len({*zip(groups.tolist(), labels.tolist(), strict=True)}) == len(set(labels.tolist()))
    assert all(len(names["model"].get_topic(group)) > 0 for group in set(groups.tolist()) - {-1})
    placed, clusters = np.array(names["shown"].topics_), names["clusters"].labels
    assert len({*zip(placed.tolist(), clusters.tolist(), strict=True)}) == len(set(clusters.tolist()))
    for number in range(names["clusters"].n_clusters):
        group = int(placed[clusters == number][0])
        assert tuple(word for word, _ in names["shown"].get_topic(group)) == names["described"][number].keywords

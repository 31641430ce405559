"""Words that carry feeling, value and stance in English talk (our own list, from general knowledge), counted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from alliance_nlp.numeric import Floats

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def _weighted(weight: float, words: str) -> dict[str, float]:
    return dict.fromkeys(words.split(), weight)


# Base forms; inflected forms are found by their endings (see `base_forms`). Weights: 1 clear, 2 strong.
FEELING: dict[str, float] = {
    **_weighted(2.0, """
        adore amazing awesome beautiful brilliant delight delighted ecstatic excellent exciting fantastic fascinate
        inspire joy love marvelous marvellous overjoyed passion perfect proud rejoice superb thrill thrilled wonderful
    """),
    **_weighted(1.0, """
        accept admire affection agreeable amuse appreciate attract benefit best better bless bright calm capable care
        cheer cheerful comfort comfortable compassion competent confidence confident cozy curious dear decent
        dignity eager ease easier easy effective efficient empathy empower encourage engage enjoy enjoyable enrich
        enthusiastic fair faith favorite favourite fond fortunate free freedom friend friendly fulfil fulfill fun
        generous gentle glad good grateful great grow happy harmless harmony heal healthy helpful honest honor hope
        hopeful improve insight interest interested interesting laugh liberate liked likes liking lucky
        meaningful merit motivate
        nice optimistic peace peaceful please pleased pleasant pleasure positive praise precious prefer pride
        profit progress promising protect protection reassure relaxed reliable relief relieve respect reward rewarding
        safe safety satisfied satisfaction satisfy secure security sensible smile smooth solve special strength
        strengthen strong success successful succeed support supportive sweet sympathy thank thankful thrive tolerant
        treasure trust trusted trustworthy understanding useful valuable warm warmth welcome willing win wise
        wish worthwhile worthy
    """),
    **_weighted(-2.0, """
        abuse agony appalling atrocious awful brutal cruel desperate despair devastate disaster disastrous disgust
        dread exhausted exhausting evil furious hate hatred heartbroken hell horrible horrific horrify hopeless
        humiliate kill misery miserable nightmare outrage panic ruin suicide suffer suffering terrible terrify terror
        torture tragic trauma traumatic unbearable worst
    """),
    **_weighted(-1.0, """
        abandon afraid aggressive alone angry anger annoy annoying anxious anxiety argue ashamed attack avoid awkward
        bad bitter blame boring bored bother breakdown broke broken burden burdensome burnout careless chaos cheat
        clumsy cold complain complicated confuse confusing concern concerned conflict costly cowardly crazy crime
        criticise criticize cry damage danger dangerous dead deadly deceive defeat demanding deny depressed depressing
        depression deprive destroy difficult difficulty dirty disadvantage disagree disappoint disappointment dislike
        dismiss disrespect distress distrust disturb doubt drain dull embarrass embarrassed embarrassing empty enemy
        envy error excuse expensive exploit fail failure fake false fault fear fearful fed fight flaw fool foolish
        forget fragile fraud frightened frightening frustrate frustrated frustrating fuss gloomy greed grief grim guilt
        guilty hard harder harm harmful harsh heavy helpless hesitant hostile hurt ignorant ignore ill illegal immoral
        impatient impossible incompetent inferior injury injustice insecure insult intrusive invade irritate irritating
        isolated jealous jeopardize lack lazy limit lonely lose loss lost mad mess messy misuse mistake
        mistrust misunderstand misunderstood narrow naughty negative neglect nervous nonsense offend oppress overload
        overwhelm overwhelmed pain painful poor powerless prejudice pressure problem problematic punish reject regret
        reluctant resent resign resist resistance risk risky rude sad scared scary selfish severe shame shock shocking
        sick sloppy slow sorry stigma strange stress stressful struggle stuck stupid suspicious threat threaten tired
        tiring torment tough trouble ugly uncertain uncomfortable undermine uneasy unfair unfortunate unhappy unhealthy
        unjust unpleasant unreliable unsafe unsure upset useless victim violate violence violent vulnerable waste weak
        weaken weary worn worried worry worse wrong
    """),
}  # fmt: skip
# Words of worth and duty: what matters and what ought to be, with or without a feeling about it.
VALUE: dict[str, float] = _weighted(1.0, """
    autonomy basic belief believe central competence conscience core crucial deserve duty equal equality essential
    ethical ethics expect expected expectation fundamental goal ideal identity important importance integrity justice
    justify key main matter meaning moral need necessary necessity norm obligation obligatory principle priority
    professional purpose quality require responsible responsibility sacred serious standard value vital worth
""")  # fmt: skip
INTENSITY: dict[str, float] = _weighted(1.0, """
    absolutely almighty awfully always completely constantly deeply definitely desperately ever everything
    everybody everyone extremely forever fully heavily highly huge hugely immense immensely incredibly never nobody
    nothing quite really seriously simply so such terribly terrifically too total totally truly utterly vastly very
    whole
""")  # fmt: skip
OWN_STANCE: dict[str, float] = _weighted(1.0, """
    i i'm i've i'd i'll me my mine myself we we're we've we'd we'll us our ours ourselves
""")  # fmt: skip
MODALITY: dict[str, float] = _weighted(1.0, """
    should must ought shouldn't mustn't oughtn't gotta supposed could would might may can't cannot couldn't wouldn't
    perhaps maybe probably possibly seem guess suppose feel felt think thought believe
""")  # fmt: skip
CONTRAST: dict[str, float] = _weighted(1.0, """
    but although though however despite nevertheless yet instead whereas unless rather otherwise
""")  # fmt: skip
NEGATION: frozenset[str] = frozenset(_weighted(1.0, """
    no not never none nobody nothing nowhere neither nor without hardly scarcely barely cannot can't don't doesn't
    didn't won't wouldn't shouldn't couldn't isn't aren't wasn't weren't haven't hasn't hadn't ain't mustn't
    needn't lack lacks lacking
"""))  # fmt: skip
HEDGES_NEGATION = frozenset({"only", "just"})  # "not only good": the negation does not reach the word

_ENDINGS = (
    ("'s", ""), ("ies", "y"), ("ied", "y"), ("iest", "y"), ("ier", "y"), ("ily", "y"), ("ying", "y"), ("es", ""),
    ("es", "e"), ("s", ""), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"), ("ly", ""), ("ly", "le"), ("er", ""),
    ("er", "e"), ("est", ""), ("est", "e"), ("ness", ""), ("iness", "y"), ("ful", ""), ("ment", ""), ("ally", ""),
)  # fmt: skip


def base_forms(word: str) -> Iterator[str]:
    """Give a word and what it may be an inflected form of, the word itself first.

    Examples
    --------
    >>> [form for form in base_forms("worries") if form in FEELING]
    ['worry']
    """
    yield word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: len(word) - len(ending)]
            yield stem + instead
            if not instead and len(stem) > 3 and stem[-1] == stem[-2]:
                yield stem[:-1]


def look_up(word: str, words: Mapping[str, float]) -> float:
    """Weight of a word or of what it is an inflected form of; 0 where the list has neither."""
    return next((words[form] for form in base_forms(word) if form in words), 0.0)


def words_of(text: str) -> list[str]:
    """Words of a text in lower case, with the straight apostrophe.

    Examples
    --------
    >>> words_of("I can’t, really!")
    ['i', "can't", 'really']
    """
    return [match.group().casefold().replace("’", "'") for match in WORD.finditer(text)]


@dataclass(frozen=True, slots=True)
class Charge:
    """One word that carries feeling: where it stands, how strongly, and whether a negation turns it round."""

    word: str
    position: int
    weight: float
    negated: bool

    @property
    def turned(self) -> float:
        """Weight after negation: turned round, and weaker, as "not bad" is less than "good"."""
        return -0.75 * self.weight if self.negated else self.weight

    def __str__(self) -> str:
        return f"{'not ' if self.negated else ''}{self.word} ({self.turned:+.1f})"


def charged_words(words: list[str], *, feeling: Mapping[str, float] = FEELING, reach: int = 3) -> list[Charge]:
    """Find the words that carry feeling, each with whether one of the `reach` words before it negates it.

    Examples
    --------
    >>> [(c.word, c.turned) for c in charged_words(words_of("It is not easy, it is awful"))]
    [('easy', -0.75), ('awful', -2.0)]
    """
    found = []
    for position, word in enumerate(words):
        weight = look_up(word, feeling)
        if weight:
            found.append(Charge(word, position, weight, _is_negated(words, position, reach)))
    return found


def _is_negated(words: list[str], position: int, reach: int) -> bool:
    before = words[max(0, position - reach) : position]
    for place, word in enumerate(before):
        hedged = place + 1 < len(before) and before[place + 1] in HEDGES_NEGATION
        if word in NEGATION and not hedged and not set(before[place + 1 :]) & CONTRAST.keys():
            return True
    return False


FEATURES = ("feeling", "value", "intensity", "own_stance", "modality", "contrast", "negation", "length")
# Set by hand before anything was measured, own stance and length after a look at annomi (decision 0064): wording of
# feeling first, worth next; what only colors it less.
WEIGHTS: dict[str, float] = {
    "feeling": 1.0, "value": 0.7, "intensity": 0.5, "own_stance": 0.7, "modality": 0.3, "contrast": 0.4,
    "negation": 0.3, "length": 0.5,
}  # fmt: skip
COMMON_SHARE = 0.1  # a word in more than this share of the segments is what they talk about, not how
COMMON_FROM = 50  # segments; among fewer, a share says little


class WordFeatures(NamedTuple):
    """Counts of every segment, the words that made them, and the words set aside as too common."""

    counts: Floats
    words: tuple[tuple[str, ...], ...]
    common: tuple[str, ...]


def count_features(texts: Sequence[str]) -> WordFeatures:
    """Count, per text, weights of feeling and worth, words of intensity, own stance, modality, contrast and negation.

    Examples
    --------
    >>> found = count_features(["I must say it is very hard, but good"])
    >>> dict(zip(FEATURES, found.counts[0].tolist()))["feeling"], found.words[0]
    (2.0, ('hard (-1.0)', 'good (+1.0)'))
    """
    spoken = [words_of(text) for text in texts]
    common = _common(spoken)
    rows, shown = [], []
    for words in spoken:
        charges = [charge for charge in charged_words(words) if charge.word not in common]
        worth = [word for word in words if word not in common and look_up(word, VALUE)]
        rows.append([
            sum(abs(charge.weight) for charge in charges), len(worth),
            *(sum(word in kind for word in words) for kind in (INTENSITY, OWN_STANCE, MODALITY, CONTRAST, NEGATION)),
            len(words),
        ])  # fmt: skip
        shown.append((*map(str, charges), *worth))
    counts = np.array(rows, dtype=float).reshape(len(texts), len(FEATURES))
    return WordFeatures(counts, tuple(shown), tuple(sorted(common)))


def _common(spoken: Sequence[Sequence[str]]) -> frozenset[str]:
    if len(spoken) < COMMON_FROM:
        return frozenset()
    n_with = Counter(word for words in spoken for word in set(words))
    most = COMMON_SHARE * len(spoken)
    return frozenset(w for w, n in n_with.items() if n > most and (look_up(w, FEELING) or look_up(w, VALUE)))


def damped(counts: Floats) -> Floats:
    """Take log(1 + count): the third such word says less than the first."""
    return np.log1p(counts)

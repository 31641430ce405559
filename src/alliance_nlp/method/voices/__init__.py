"""Who speaks for a theme, who answers whom, who is quoted, and whose wording lies apart."""

from alliance_nlp.method.voices.interaction import Assent, find_assent, notes_beside, who_answers_whom
from alliance_nlp.method.voices.quotes import Quotes, choose_quotes
from alliance_nlp.method.voices.speaking import Voices, count_voices
from alliance_nlp.method.voices.stance import Opposing, find_opposing, stance_scores

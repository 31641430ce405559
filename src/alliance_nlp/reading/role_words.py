"""Words by which transcribers call who asks and who answers, in the languages that the reader knows, in their forms."""

from __future__ import annotations

import re
from typing import NamedTuple

from alliance_nlp.records import Role, fold

# Forms stand as patterns on the folded word: endings of gender, of the definite article, of the plural.
_ASKS = (
    # English
    r"moderators?|interviewers?|facilitators?|researchers?|mod|int|interv|intvr|ivr|iv|ir|fac|host",
    # Norwegian, Danish, Swedish
    r"intervjuer(?:en|e|ne)?|intervjuar(?:en|e|ane)?|interviewer(?:en|e|ne)?|intervjuaren|ordstyr(?:er(?:en|e|ne)?|"
    r"ar(?:en|ane)?)|"
    r"(?:møte|samtale|gruppe|ord|diskusjons|diskussions|fokusgruppe|intervju|interview|mødeleder|samtals|"
    r"grupp)lei?(?:der|ar)(?:en)?|ordfør(?:ar|er)(?:en)?|"
    r"(?:samtals|diskussions|grupp|intervju|fokusgrupps|mötes)ledare(?:n)?|mødeleder(?:en)?|moderator(?:en|n)|"
    r"spørger(?:en)?|spørrer(?:en)?|forsker(?:en)?|forskar(?:en)?|forskare(?:n)?|fasilitator(?:en)?|facilitator(?:en)?|utspørrer(?:en)?|"
    r"ordförande(?:n)?",
    # Finnish
    r"haastattelija[tn]?|moderaattori|fasilitaattori|tutkija|puheenjohtaja|(?:ryhmän|keskustelun)?vetäjä|haast",
    # German
    r"interviewer(?:in|innen|nen)?|interviewende[rn]?|interviewführende[rn]?|interviewleit(?:er|erin|ung)|"
    r"moderator(?:in|innen|nen)?|moderierende[rn]?|moderation|befrager(?:in)?|befragende[rn]?|fragesteller(?:in)?|"
    r"fragende[rn]?|(?:gruppen)?(?:gesprächs|diskussions|gruppen)(?:leit(?:er|erin|ung|ende)|führ(?:er|erin|ung|"
    r"ende))|forscher(?:in)?|forschende[rn]?|versuchsleit(?:er|erin|ung)|testleit(?:er|erin|ung)",
    # Dutch
    r"interview(?:ster|sters)|(?:gespreks|discussie|groeps)leid(?:er|ster)|onderzoek(?:er|ster)|vragensteller|"
    r"moderatrice|gespreksbegeleid(?:er|ster)",
    # French
    r"enquêteu(?:r|rs|se|ses)|enquêtrices?|intervieweu(?:r|rs|se|ses)|interviewers?|modérateurs?|modératrices?|"
    r"animateurs?|animatrices?|chercheu(?:r|rs|se|ses)|facilitateurs?|facilitatrices?|"
    r"meneu(?:r|rs|se|ses)(?: de jeu)?",
    # Spanish, Portuguese
    r"entrevistador(?:a|as|es)?|moderador(?:a|as|es)?|investigador(?:a|as|es)?|facilitador(?:a|as|es)?|"
    r"encuestador(?:a|as|es)?|pesquisador(?:a|as|es)?|inquiridor(?:a|as|es)?|mediador(?:a|as|es)?|"
    r"dinamizador(?:a|as|es)?|animador(?:a|as|es)?",
    # Italian
    r"intervista(?:tore|trice|tori|trici)|modera(?:tore|trice|tori|trici)|ricerca(?:tore|trice|tori|trici)|"
    r"facilita(?:tore|trice|tori|trici)|condut(?:tore|trice|tori|trici)",
    # Polish
    r"moderator(?:ka|zy|ki)?|prowadząc[yaie]|ankieter(?:ka|zy|ki)?|badacz(?:ka|e|ki)?|facylitator(?:ka)?|"
    r"osoba prowadząca|prowadząc[ya] wywiad|przeprowadzając[ya] wywiad",
    # some neighbors: Icelandic, Czech, Hungarian, Turkish, Russian, Greek, Arabic, Hebrew, Chinese, Japanese, Korean
    r"spyrill|tazatel(?:ka)?|moderátor(?:ka)?|kérdező|interjúkészítő|görüşmeci|moderatör|модератор|интервьюер|"
    r"ведущ(?:ий|ая)|"
    r"исследователь|συντονιστής|συντονίστρια|المحاور|مراسل|מראיין|מראיינת|主持人|采访者|訪談者|访谈者|访员|研究者|司会者?|"
    r"インタビュアー|聞き手|진행자|면담자|연구자|질문자|調査者|質問者|提问者|提問者|采訪者|採訪者|訪問者|访问者|研究员|研究員",
    # Arabic with its article and feminine, Persian, Urdu, Hebrew
    r"(?:ال)?(?:باحث|محاور|مقابل|ميسر|مدير|مستجوب|سائل)(?:ة|ون|ات)?|(?:ال)?(?:قائم|قائمة) بالمقابلة|مصاحبه[‌ ]?(?:گر|"
    r"کننده)|پژوهشگر|"
    r"محقق|انٹرویو ?(?:لینے والا|لینے والی|کار)|חוקרת?|מנחה",
    # Hindi, Marathi, Nepali, Bengali, Tamil, Thai
    r"साक्षात्कारकर्ता|साक्षात्कार कर्ता|साक्षात्कारकर्त्री|शोधकर्ता|शोधार्थी|मॉडरेटर|संचालक|मुलाखतकार|"
    r"अन्तर्वार्ताकार|अनुसन्धानकर्ता|"
    r"প্রশ্নকর্তা|সাক্ষাৎকার ?গ্রহণকারী|গবেষক|நேர்காணல் செய்பவர்|ஆராய்ச்சியாளர்|ผู้สัมภาษณ์|ผู้วิจัย|ผู้ดำเนินรายการ",
    # Ukrainian, Russian, Bulgarian, Serbian, Croatian, Slovene, Czech, Slovak, Romanian, Hungarian, Greek, Catalan
    r"інтерв['’ʼ]?юер(?:ка)?|модератор(?:ка)?|дослідни(?:к|ця)|ведуч(?:ий|а)|интервьюер|исследовательница|водещ[аи]?|"
    r"изследовател|"
    r"интервјуер|intervjuist(?:a|ica)?|ispitivač(?:ica)?|voditelj(?:ica)?|istraživač(?:ica)?|spraševal(?:ec|ka)|"
    r"raziskoval(?:ec|ka)|"
    r"výzkumn(?:ík|ice)|výskumní(?:k|čka)|opytujúc[ia]|cercetăto(?:r|are|area|rul)|intervievato(?:r|are|area|rul)|"
    r"moderato(?:are|area|rul)|kutató|moderátor|riporter|συνεντε[υύ]κτ(?:ής|ρια)|ερευν(?:ητής|ήτρια)|"
    r"entrevistador(?:a|s)?",
    # Bulgarian, Albanian, Basque, Welsh, Irish, Filipino, Georgian, Armenian, Amharic, Maltese, Kazakh
    r"интервюиращ(?:ия|ият|а|ата)?|intervistues(?:i|ja)|moderatori|moderatorja|elkarrizketatzailea|dinamizatzailea|"
    r"cyfwelydd|hwylusydd|ymchwilydd|agallóir|éascaitheoir|tagapanayam|mananaliksik|ინტერვიუერი|მოდერატორი|"
    r"Հարցազրուցավար|հարցազրուցավար|մոդերատոր|ጠያቂ|አወያይ|intervistatur|intervistatriċi|сұхбаттасушы|сұхбат алушы",
    # Turkish, Estonian, Latvian, Lithuanian, Indonesian, Malay, Vietnamese, Swahili
    r"araştırmacı|mülakatçı|küsitleja|intervjueerija|uurija|intervētāj[as]|pētniek?[cs]e?|interviuotoj[as]|tyrėj[as]|"
    r"pewawancara|peneliti|moderator|penemu ?bual|penyelidik|người phỏng vấn|phỏng vấn viên|nhà nghiên cứu|mhojaji|"
    r"mtafiti",
)
_ANSWERS = (
    r"participants?|interviewees?|respondents?|informants?|clients?|patients?|subjects?|case|pt|pp|part|resp|inf|ie|"
    r"iee|"
    r"(?:focus ?group|group|fg|discussion|panel|study|workshop) (?:participant|member|respondent)s?|attendees?|"
    r"panellists?|intvee|ivee|guest",
    r"svarperson(?:en)?|interlocut(?:eur|rice)s?|versuchsperson|testperson|vp|"
    r"интервюиран(?:ия|ият|а|ата)?|pjesëmarrës(?:i|ja|e)?|i intervistuari|e intervistuara|parte-hartzailea|"
    r"elkarrizketatua|cyfranogwr|ymatebydd|rannpháirtí|freagróir|kalahok|kinapanayam|რესპონდენტი|მონაწილე|մասնակից|"
    r"հարցվող|ተሳታፊ|መላሽ|parteċipant|intervistat|қатысушы",
    r"(?:fokus)?grupp?e?(?:n|s)?(?:diskussions)?(?:deltak(?:er|ar)(?:en)?|deltager(?:en)?|deltagare(?:n)?|"
    r"teilnehmer(?:in)?|teilnehmende[rn]?|medlem)",
    r"deltak(?:er|eren|ere|erne|ar|aren|arar)|deltager(?:en|e|ne)?|deltagare(?:n|na)?|delt|informant(?:en|er|erne)?|"
    r"respondent(?:en|er|erne)?|intervju(?:objekt|objektet|person|personen|ad|ade)|interview(?:person|personen|ede|et)|"
    r"pasient(?:en)?|patient(?:en)?|informanten",
    r"haastatelta[vw]a[tn]?|(?:(?:fokus)?ryhmän )?(?:osallistuja|jäsen)[tn]?|vastaaja[tn]?|informantti|potilas|"
    r"tutkitta[vw]a",
    r"teilnehmer(?:in|innen|nen)?|diskutant(?:in|en)?|teilnehmende[rn]?|befragte[rn]?|interviewte[rn]?|"
    r"interviewpartner(?:in)?|"
    r"gesprächspartner(?:in)?|proband(?:in|en|innen)?|auskunftsperson|erzähler(?:in)?|patient(?:in|en)?|klient(?:in)?|"
    r"befragte person|informant(?:in)?|respondent(?:in)?|tn|ip",
    r"deelne(?:mer|emster|mers)|geïnterviewden?|respondenten?|respondente|informante|patiënte?|cliënte?|ondervraagden?",
    r"participante?s?|enquêtée?s?|interviewée?s?|répondante?s?|informateurs?|informatrices?|patiente?s?|enquetée?s?",
    r"participantes?|miembros?|membr[oei]s?|entrevistad[oa]s?|informantes?|encuestad[oa]s?|pacientes?|sujetos?|"
    r"inquirid[oa]s?|respondentes?",
    r"partecipant[ei]|intervistat[oaie]|rispondent[ei]|informa(?:tore|trice)|pazient[ei]|intervistand[oa]",
    r"uczestni(?:k|czka|cy|czki)|respondent(?:ka|ki|ci)?|badan[yae]|rozmów(?:ca|czyni)|informator(?:ka)?|"
    r"pacjent(?:ka)?|ankietowan[yae]|osoba badana",
    r"viðmælandi|þátttakandi|účastn(?:ík|ice)|respondentka|résztvevő|interjúalany|katılımcı|görüşülen|участни(?:к|ца)|"
    r"респондент(?:ка)?|информант(?:ка)?|συμμετέχ(?:ων|ουσα)|المشارك|משתתף|משתתפת|受访者|受訪者|参与者|参加者|回答者|"
    r"インタビュイー|참여자|참가자|응답자|협력자|被访者|被訪者|被调查者|対象者|協力者|語り手|话者|答者",
    r"(?:ال)?(?:مشارك|مبحوث|مستجيب|مجيب|مريض)(?:ة|ون|ات)?|(?:ال)?(?:مستجوَب|مُقابَل)(?:ة)?|مصاحبه[‌ ]?شونده|"
    r"شرکت[‌ ]?کننده|پاسخ[‌ ]?(?:گو|دهنده)|"
    r"מרואיינ?(?:ת|ן)?|נחקר(?:ת)?|נשאל(?:ת)?",
    r"प्रतिभागी|उत्तरदाता|सहभागी|साक्षात्कारदाता|प्रतिवादी|मरीज़|रोगी|সাক্ষাৎকার ?দাতা|অংশগ্রহণকারী|উত্তরদাতা|"
    r"பங்கேற்பாளர்|பதிலளிப்பவர்|"
    r"ผู้ให้สัมภาษณ์|ผู้เข้าร่วม|ผู้ให้ข้อมูล|ผู้ตอบ",
    r"респондент(?:ка)?|учасни(?:к|ця)|інформант(?:ка)?|опитан[аи]|пацієнт(?:ка)?|пациент(?:ка)?|участни(?:к|чка)|"
    r"анкетиран[аи]?|"
    r"испитани(?:к|ца)|учесни(?:к|ца)|ispitani(?:k|ca)|sudioni(?:k|ca)|učesni(?:k|ca)|intervjuvan(?:ec|ka)|"
    r"udeležen(?:ec|ka)|"
    r"respondent(?:ka)?|účastní(?:k|čka)|dotazovan[ýá]|opýtan[ýá]|participant(?:ul|a|ă)?|respondent(?:ul|a|ă)?|"
    r"intervievat(?:ul|a|ă)?|"
    r"pacient(?:ul|a|ă)?|válaszadó|interjúalany|ερωτώμεν(?:ος|η)|συνεντευξιαζόμεν(?:ος|η)|entrevistat|entrevistada|"
    r"enquestat|enquestada",
    r"osaleja|vastaja|respondents?|dalībnie(?:ks|ce)|intervējam(?:ais|ā)|dalyv(?:is|ė)|informantė|respondentė|"
    r"partisipan|informan|responden|narasumber|peserta|terwawancara|người tham gia|người trả lời|người được phỏng vấn|"
    r"mhojiwa|mshiriki",
)
_HELPS = (
    r"(?:co|assistant|second|2nd|ass|assistent|ko|med|bi|under)[. _-]*(?:moderator(?:in|ka)?|facilitator|"
    r"interviewer(?:in)?|"
    r"intervjuer|intervjuare|moderador[a]?|entrevistador[a]?|modérateur|modératrice|animateur|animatrice|moderatore|"
    r"moderatrice|intervieweur|haastattelija|gespreksleider)|"
    r"observer|note[ -]?taker|observatør(?:en)?|observatör(?:en)?|referent(?:en)?|havainnoija|"
    r"beobachter(?:in)?|beobachtende[rn]?|protokollant(?:in)?|protokollführer(?:in)?|notulist(?:e)?|observator(?:ka)?|"
    r"observat(?:eur|rice)|observador[a]?|osserva(?:tore|trice)|obserwator(?:ka)?|apulaismoderaattori"
)
# Who says again what others said: neither who asks nor who answers, so their role is for the researcher to say.
_RENDERS = (
    r"(?:(?:telephone|court|sign language) )?(?:interpreter|translator)|tolk(?:en)?|tulkki|dolmetscher(?:in)?|"
    r"dolmetschende[rn]?|"
    r"(?:gebarden|teken|tegnspråk|teckenspråks)tolk|übersetzer(?:in)?|interprète|traduct(?:eur|rice)|intérprete|"
    r"traductora?|"
    r"tradutora?|interprete|tradut(?:tore|trice)|tłumacz(?:ka)?|tlumočni(?:k|ce)|tolmács|çevirmen|tercüman|"
    r"переводчи(?:к|ца)|"
    r"перекладач(?:ка)?|διερμηνέας|(?:ال)?مترجم(?:ة)?|מתורגמ(?:ן|נית)|दुभाषिया|通訳者?|翻译|翻譯|口译|통역사?|interpret(?:ă|a|"
    r"ul)?|tõlk|mkalimani|penerjemah|"
    r"túlkur|vertaal(?:ster)|vertaler|kääntäjä|oversetter(?:en)?|översättare(?:n)?"
)
# What else a legend may say of somebody: no role, yet a sign that the line explains a label.
_KIN = re.compile(
    r"(?:m[ae]nd|man|husband|wife|woman|mother|father|mor|far|mum|dad|child|son|daughter|partner|spouse|male|female|"
    r"kvinde|kvinne|kvinna|hustru|kone|ektemann|ektefelle|mamma|pappa|barn|sønn|son|datter|dotter|"
    r"mann|ehemann|ehefrau|frau|mutter|vater|kind|sohn|tochter|männlich|weiblich|"
    r"mies|nainen|vaimo|äiti|isä|lapsi|vrouw|moeder|vader|zoon|dochter|echtgenoot|echtgenote|"
    r"homme|femme|mère|père|mari|épouse|époux|fils|fille|enfant|hombre|mujer|madre|padre|marido|esposa|esposo|hijo|"
    r"hija|"
    r"homem|mulher|mãe|pai|filho|filha|uomo|donna|moglie|marito|figlio|figlia|"
    r"mężczyzna|kobieta|matka|ojciec|mąż|żona|syn|córka|mannlig|kvinnelig|sygeplejerske|nurse|doctor|teacher)\w{0,3}",
)
# What stands before turns in transcripts of questions and answers; words of speech as well, so no labels by themselves.
_QUESTION = re.compile(
    r"questions?|spørsmål|spørgsmål|fråga|kysymys|frage|vraag|pregunta|pergunta|domanda|pytanie|вопрос|問|问|質問"
)
_ANSWER = re.compile(
    r"answers?|svar|vastaus|antwort|antwoord|réponse|respuesta|resposta|risposta|odpowiedź|ответ|答|回答"
)
_LEAD = (
    r"(?:(?:fe)?male|kvinnelig|mannlig|kvindelig|mandlig|kvinnlig|manlig|weibliche[rn]?|männliche[rn]?|"
    r"lead|first|1st|main|focus ?group|fokusgruppe?n?|fg|group|gruppe?n?) "
)
# what else stands between the word and its number: "Participant in the focus group 2", "Uczestnik grupy fokusowej"
_OF_A_GROUP = (
    r"(?:[ -](?:woman|man|mujer|hombre|femme|homme|frau|mann|mulher|homem|kvinne|kvinna|donna|uomo))?"
    r"(?: (?:[^\W\d_]{1,5} ){0,2}(?:focus|fokus)? ?(?:group|grupo|groupe|gruppo|grupp|grup|groep|gruppe)[^\W\d_]{0,2}"
    r"(?: (?:focal|focale|fokusow[^\W\d_]{1,3}|de discusión|de discussão|de discussion))?)?"
)
_NUMBERED = r"(?:[ _.#-]*(?:nr|no|num|n[°º])?[ _.#-]*\(?\d+[a-z]?\)?|[ _-]+\(?[a-z]\)?|[ _-]*\([^()]{1,30}\))?"
ASKING = re.compile(rf"(?:{_LEAD})?(?:{'|'.join(_ASKS)}){_OF_A_GROUP}{_NUMBERED}|\d+\.? ?(?:{'|'.join(_ASKS)})")
RENDERING = re.compile(rf"(?:{_RENDERS}){_NUMBERED}")
HELPING = re.compile(rf"(?:{_HELPS}){_NUMBERED}")
_WORD = "|".join(_ANSWERS)
ANSWERING = re.compile(rf"(?:{_LEAD})?(?:{_WORD}){_OF_A_GROUP}{_NUMBERED}|\d+\.? ?(?:{_WORD})")
_SHORT = {"pt", "pp", "part", "case", "tn", "ip", "ie", "inf", "delt", "vp"}  # tell a role with a number only
_NUMBERED_ONLY = re.compile(r"(?:p|pt|pp|id|case|b|r|tn|fp|mp|ip|d)[ _.#-]*\d+[a-z]?|s[ _.#-]*[1-9]\d*[a-z]?")
_LETTER = re.compile(r"(?P<letter>i|m|q)(?P<number>[ _.#-]*\d+)?")
# Letters for question and answer, or for who asks and who answers, of one language each; no more than a hint by
# themselves.
LETTER_PAIRS = frozenset({
    ("q", "a"), ("i", "r"), ("h", "v"), ("f", "a"), ("d", "r"), ("p", "r"), ("v", "a"), ("q", "r"), ("p", "o"), ("e",
    "p"), ("e", "r"),
    ("b", "r"), ("m", "r"), ("i", "b"), ("и", "р"), ("в", "о"), ("問", "答"), ("问", "答"), ("س", "ج"), ("k", "v"),
})  # fmt: skip
_POINTS = re.compile("[\u0591-\u05c7\u064b-\u0652\u0670]")  # vowels of Hebrew and Arabic, which are written or left out
_GENDER = re.compile(
    r"(?:[*:_·/]-?|(?<=\w{4})\.)(?:in|innen|r|e|es|trice|rice|euse|a|n|ne)\b|\((?:in|e|a|n|r)\)|(?<=r)@(?=s?\b|$)"
)
_EITHER = re.compile(r"(?<=d)[@x](?=s?(?:\b|$|\s))")  # entrevistad@, entrevistadx


class Told(NamedTuple):
    """What a name alone tells of a role, and how surely: 3 by a word, 2 by a letter with a number, 1 by a letter."""

    role: Role | None  # None: they neither ask nor answer
    rank: int


def told_by(name: str) -> Told | None:
    """Role that a name alone tells; None when it tells none."""
    folded = _POINTS.sub("", fold(name))
    bare = _EITHER.sub("o", _GENDER.sub("", folded))
    for words in dict.fromkeys((bare, folded)):
        if HELPING.fullmatch(words):
            return Told("co-moderator", 3)
        if RENDERING.fullmatch(words):
            return Told(None, 3)
        if ASKING.fullmatch(words):
            return Told("moderator", 3)
        last = re.split(r"[ _/-]+(?=[a-z]+\d)", words)[-1]
        if _NUMBERED_ONLY.fullmatch(words) or _NUMBERED_ONLY.fullmatch(last):
            return Told("participant", 3)
        if ANSWERING.fullmatch(words) and words not in _SHORT:
            return Told("participant", 3)
    if is_question_or_answer(name):
        return Told("moderator" if _QUESTION.fullmatch(folded) else "participant", 3)
    letter = _LETTER.fullmatch(folded)
    if letter is not None:
        number = letter["number"]
        if number is None:
            return Told("moderator", 1)
        return Told("moderator", 2) if letter["letter"] == "i" else None
    return _beside_a_name(name)


def is_question_or_answer(name: str) -> bool:
    """Whether a name is the word question or answer, which people also use in speech."""
    return _QUESTION.fullmatch(fold(name)) is not None or _ANSWER.fullmatch(fold(name)) is not None


def _beside_a_name(name: str) -> Told | None:
    """Tell a role by a word beside a name: "Anna (moderator)", "Moderator Anna", "Anna, Interviewerin"."""
    inner = re.fullmatch(r"(?P<name>[^()|,/]+?)\s*(?:\((?P<a>[^()]+)\)|[|,/–]\s*(?P<b>[^()|,/]+))", name.strip())
    words = [(inner["a"] or inner["b"])] if inner is not None else []
    first = re.fullmatch(
        r"(?P<word>[^\W\d_]{3,})[ :/|,–-]+(?P<rest>[^\W\d_a-z][^\s]*(?: [^\W\d_a-z][^\s]*)?)", name.strip()
    )
    words += [first["word"]] if first is not None else []
    for word in words:
        folded = _GENDER.sub("", fold(word))
        if len(folded) < 3:
            continue
        for pattern, role in (
            (HELPING, "co-moderator"),
            (ASKING, "moderator"),
            (ANSWERING, "participant"),
            (RENDERING, None),
        ):
            if pattern.fullmatch(folded):
                return Told(role, 3)  # type: ignore[arg-type]
    return None


def is_kin(words: str) -> bool:
    """Whether words say what somebody is, as a legend does: a woman, a father, a nurse."""
    return any(_KIN.fullmatch(word.strip(",;.")) for word in fold(words).split()[:3])

"""Labelled texts for bench/stories.py: what tells the same as another text, and what only looks like it.

Everything is made from the texts of real feeds and from templates below, with a fixed seed. The two parts share neither
texts nor generators: `TUNING` is what settings were chosen by, `HELD_OUT` what they are judged by.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_SPLIT = re.compile(r"(?<=[.!?。！？])\s+")
_PLAIN = re.compile(r"[^\W\d_]+")
_NO_SPACES = ("zh", "ja", "th")
CASELESS = ("ar", "fa", "he", "hi", "ka", "ko", *_NO_SPACES)


@dataclass(frozen=True)
class Text:
    """A title and a text in a language; all with one `truth` tell the same news."""

    truth: str
    title: str
    text: str
    language: str
    kind: str = "original"


Words = dict[str, list[str]]
"""Words in small letters by language, as often as they are used."""
Rewrite = Callable[[random.Random, str, float, Sequence[str], str], str]


def vocabulary(texts: Sequence[Text]) -> Words:
    found: Words = defaultdict(list)
    for one in texts:
        found[one.language] += [word for word in _PLAIN.findall(one.text) if word.islower() or not word.isascii()]
    return found


# --- rewriting: numbers and names stay, as an editor leaves them -----------------------------------------


def _tokens(text: str, language: str) -> list[str]:
    return list(text) if language in _NO_SPACES else text.split(" ")


def _joined(tokens: Sequence[str], language: str) -> str:
    return ("" if language in _NO_SPACES else " ").join(tokens)


def _is_free(token: str, language: str) -> bool:
    """Whether an editor may put another word here; in German nouns too, though they look like names."""
    word = token.strip(".,;:!?()\"'«»“”„’")
    if not word or any(letter.isdigit() for letter in word):
        return False
    return word.islower() or language == "de" or word.upper() == word.lower()


def _other(chance: random.Random, token: str, words: Sequence[str]) -> str:
    word = chance.choice(words)
    tail = token[len(token.rstrip(".,;:!?")) :]
    return (word.capitalize() if token[:1].isupper() else word) + tail


def replaced(chance: random.Random, text: str, share: float, words: Sequence[str], language: str) -> str:
    """Each word is another one with a probability of `share`."""
    pool = [letter for word in words for letter in word] if language in _NO_SPACES else words
    tokens = [
        _other(chance, token, pool) if _is_free(token, language) and chance.random() < share else token
        for token in _tokens(text, language)
    ]
    return _joined(tokens, language)


def edited(chance: random.Random, text: str, share: float, words: Sequence[str], language: str) -> str:
    """Words are replaced, left out, put in, or change places with the next, all in all a `share` of them."""
    pool = [letter for word in words for letter in word] if language in _NO_SPACES else words
    tokens: list[str] = []
    for token in _tokens(text, language):
        if not _is_free(token, language) or chance.random() >= share:
            tokens.append(token)
            continue
        match chance.randrange(4):
            case 0:
                tokens.append(_other(chance, token, pool))
            case 1:
                tokens += [chance.choice(pool), token]
            case 2 if tokens and _is_free(tokens[-1], language):
                tokens.insert(len(tokens) - 1, token)
            case _:
                pass
    return _joined(tokens, language)


def consistent(chance: random.Random, text: str, share: float, words: Sequence[str], language: str) -> str:
    """The same word is replaced by the same other one wherever it stands, until a `share` of all is."""
    tokens = _tokens(text, language)
    free = sorted({token for token in tokens if _is_free(token, language)})
    chance.shuffle(free)
    pool = [letter for word in words for letter in word] if language in _NO_SPACES else words
    counts: dict[str, int] = defaultdict(int)
    for token in tokens:
        counts[token] += 1
    other: dict[str, str] = {}
    done = 0
    for token in free:
        if done >= share * len(tokens):
            break
        if counts[token] <= max(2, share * len(tokens) / 4):
            other[token] = _other(chance, token, pool)
            done += counts[token]
    return _joined([other.get(token, token) for token in tokens], language)


def in_runs(chance: random.Random, text: str, share: float, words: Sequence[str], language: str) -> str:
    """Whole phrases of three words are written anew."""
    pool = [letter for word in words for letter in word] if language in _NO_SPACES else words
    tokens = _tokens(text, language)
    at = 0
    while at < len(tokens):
        if chance.random() < share / 3:
            for nth in range(at, min(at + 3, len(tokens))):
                if _is_free(tokens[nth], language):
                    tokens[nth] = _other(chance, tokens[nth], pool)
            at += 3
        at += 1
    return _joined(tokens, language)


def moved(chance: random.Random, text: str) -> str:
    """Two blocks of sentences have changed places."""
    sentences = _SPLIT.split(text)
    cut = chance.randrange(1, len(sentences)) if len(sentences) > 1 else 0
    return " ".join([*sentences[cut:], *sentences[:cut]])


def shuffled(chance: random.Random, text: str) -> str:
    """Three blocks in another order."""
    sentences = _SPLIT.split(text)
    third = max(len(sentences) // 3, 1)
    blocks = [sentences[:third], sentences[third : 2 * third], sentences[2 * third :]]
    return " ".join(sentence for nth in chance.choice([(2, 0, 1), (1, 2, 0), (0, 2, 1)]) for sentence in blocks[nth])


_BEFORE = ("LONDON (Wire) - ", "Our correspondent reports. ", "")
_AFTER = (
    " Read more on our site.", " The post appeared first on the Daily Courier. © 2026 Courier Media, all rights reserved.",
    " Sign up for our newsletter to get the top stories every morning. Follow us on social media.", "",
)  # fmt: skip
_BEFORE_HELD_OUT = ("(Agency) -- ", "By our staff, updated at 10:42. ", "EXCLUSIVE: ")
_AFTER_HELD_OUT = (
    " Continue reading this article.", " This story was published by the Evening Telegraph. Copyright 2025.",
    " Reporting by our office in Brussels; editing by the night desk. Share this article. Comments (14)",
)  # fmt: skip


# --- templates: what differs in facts alone is other news ------------------------------------------------

_CITIES = ("Springfield", "Riverton", "Ashford", "Kingsbury", "Millbrook", "Oakham", "Westport", "Harlow", "Denby", "Calder")
_PEOPLE = ("Anna Keller", "Mark Osborne", "Julia Brandt", "Peter Novak", "Clara Jensen", "David Moreau", "Irene Costa", "Paul Archer")
_FIRMS = ("Northwind", "Acmetal", "Bluestone", "Veridian", "Halcyon", "Starling", "Tessera", "Quantor")
_TEAMS = ("Rovers", "Athletic", "Wanderers", "United", "Rangers", "Albion", "Harriers", "Borough")

NUMBERS = {
    "weather": ("en", "Weather for today", "Today starts cloudy with a chance of rain in the morning, clearing towards the afternoon. The highest temperature will be {0} degrees, the lowest {1} degrees. Winds from the west reach {2} kilometres an hour. Humidity lies at {3} per cent. Tomorrow will be much the same, with some sun in the afternoon and clouds in the evening."),
    "stocks": ("en", "Markets close", "The index closed at {0} points on Monday, a change of {1} points from the day before. Trading was calm, with a volume of {2} million shares. Analysts said that investors were waiting for the decision of the central bank. The euro was traded at {3} cents, and oil cost {4} dollars a barrel."),
    "match": ("en", "Rovers play Albion", "Rovers and Albion ended {0}-{1} in front of {2} spectators on Saturday. The first goal fell in minute {3}, after a long pass from midfield. In the second half both teams had chances, but the goalkeepers were in good form. The coach said after the match that he was content with what his players had shown."),
    "quake": ("en", "Earthquake recorded", "An earthquake of magnitude {0} was recorded at a depth of {1} kilometres at {2}:{3}, the observatory said. There were no reports of injuries or of damage. People who live in the area are asked to report what they felt. Aftershocks are possible within the next days and may be as strong."),
    "wetter": ("de", "Das Wetter heute", "Heute ist es zunächst bewölkt, am Nachmittag klart es auf. Die Höchsttemperatur liegt bei {0} Grad, in der Nacht sinkt sie auf {1} Grad. Der Wind weht mit {2} Kilometern in der Stunde aus Westen. Die Luftfeuchtigkeit beträgt {3} Prozent. Auch morgen bleibt es wechselhaft mit einzelnen Schauern am Abend."),
}
NAMES = {
    "obituary": ("en", "{0} has died", "{0}, a long-serving member of the council of {1}, has died after a short illness. {0} was born in {1} and worked as a teacher before entering politics. Colleagues remembered a quiet and generous person who never missed a meeting. The funeral will be held at the parish church in {1} next week. The family asks for donations in place of flowers."),
    "appointment": ("en", "{2} names {0} as chief executive", "{2} said on Tuesday that {0} will become its chief executive at the beginning of next month. {0} joins {2} from a competitor, where she was responsible for sales in Europe. The chairman of {2} said that the board had chosen {0} for her experience and her energy. Shares in the company were little changed after the announcement."),
    "match": ("en", "{3} win the derby", "{3} won the derby on Saturday after a late goal in front of their own supporters. {3} were the better team from the beginning and could have led at half-time. The coach of {3} praised the patience of his players after the final whistle. It was the third win in a row for {3}, who stay at the top of the table."),
    "traffic": ("en", "Accident near {1}", "A lorry overturned on the ring road near {1} on Monday morning, blocking the lanes in both directions. Police in {1} asked drivers to avoid the area and to take the old road along the river. Nobody was seriously hurt. The road was expected to be open again by noon, a spokesman said, and the cause of the accident was not known yet."),
    "eröffnung": ("de", "Neue Bücherei in {1}", "Die Stadt {1} hat eine neue Bücherei. Bürgermeisterin {0} eröffnete das Gebäude am Montag mit einem Fest für die ganze Familie. {0} sagte, die Menschen in {1} hätten lange darauf gewartet. Im Erdgeschoss gibt es ein Café, im ersten Stock stehen die Bücher für Kinder. Die Bücherei in {1} ist ab sofort an allen Werktagen geöffnet."),
}
NUMBERS_HELD_OUT = {
    "lottery": ("en", "Lottery results", "The winning numbers of the draw on Wednesday are {0}, {1}, {2}, {3} and {4}. Nobody guessed all of them, so the jackpot grows again. Tickets for the next draw are sold until Saturday evening at all the usual places. Winners have ninety days to come forward with their tickets, the company said in a statement."),
    "crime": ("en", "Police log", "Officers answered {0} calls over the weekend and made {1} arrests. Most of the calls, {2} in all, were about noise at night. {3} drivers were fined for speeding near the schools. The department thanks everybody who called, and reminds owners to lock their cars and to leave nothing of value inside them overnight."),
    "pollen": ("en", "Pollen and air quality", "The pollen count reached {0} grains per cubic metre this morning. Fine dust was measured at {1} micrograms, ozone at {2} micrograms. People with asthma should stay indoors around noon. The city measures the quality of the air at {3} places, and publishes the values every hour on a page of its own."),
    "bourse": ("fr", "La Bourse de Paris", "L'indice a clôturé lundi à {0} points, soit une variation de {1} points sur la séance. Les échanges ont porté sur {2} millions de titres. Selon les analystes, les investisseurs attendent la décision de la banque centrale. Le baril de pétrole se négociait à {3} dollars, et l'euro valait {4} cents en fin de journée."),
    "погода": ("ru", "Погода на сегодня", "Сегодня утром будет облачно, возможен небольшой дождь, днём прояснится. Температура воздуха составит {0} градусов, ночью {1} градусов. Ветер западный, до {2} метров в секунду. Влажность воздуха достигнет {3} процентов. Завтра погода почти не изменится, вечером возможны кратковременные дожди."),
    "天气": ("zh", "今日天气", "今天上午多云，有小雨，下午转晴。最高气温{0}度，最低气温{1}度。西风，风速每小时{2}公里。空气湿度百分之{3}。明天的天气与今天差不多，傍晚可能有阵雨，请出门的市民带好雨具，注意交通安全。气象部门提醒大家及时关注最新预报。"),
    "καιρός": ("el", "Ο καιρός σήμερα", "Σήμερα το πρωί θα έχει συννεφιά με πιθανότητα βροχής, το απόγευμα ο καιρός θα βελτιωθεί. Η μέγιστη θερμοκρασία θα φτάσει τους {0} βαθμούς και η ελάχιστη τους {1}. Οι άνεμοι θα πνέουν δυτικοί με {2} χιλιόμετρα την ώρα. Η υγρασία θα είναι {3} τοις εκατό. Αύριο δεν αναμένεται μεγάλη αλλαγή."),
}
NAMES_HELD_OUT = {
    "court": ("en", "{0} found guilty", "A jury in {1} found {0} guilty of fraud on Thursday after a trial of three weeks. {0} had denied all the charges. The judge in {1} will pronounce the sentence next month, and said that a term in prison was likely. A lawyer for {0} said that there would be an appeal. The prosecutor thanked the witnesses for their patience."),
    "merger": ("en", "{2} to buy rival", "{2} agreed on Monday to buy a smaller rival, the latest deal in a sector where prices have been falling. {2} will pay in cash and shares. The boards of both companies support the deal, which still needs the approval of the regulator. {2} expects to save on purchasing and on transport, and does not plan to close any plants."),
    "festival": ("es", "El festival de {1} abre sus puertas", "El festival de {1} abre sus puertas este viernes con música, teatro y cine para todos los públicos. La directora, {0}, presentó ayer el programa en el ayuntamiento de {1}. Según {0}, es la edición más ambiciosa hasta la fecha. Las entradas se venden en la taquilla y por internet, y muchos conciertos son gratuitos."),
    "nomination": ("fr", "{0} nommé à la tête de {2}", "Le groupe {2} a annoncé mardi la nomination de {0} au poste de directeur général. {0} prendra ses fonctions au début du mois prochain. Le conseil de {2} a salué son expérience et son sens du dialogue. Le cours de l'action a peu réagi à cette annonce, attendue depuis plusieurs semaines par les analystes du secteur."),
    "unfall": ("de", "Unfall bei {1}", "Bei einem Unfall auf der Landstraße bei {1} ist am Sonntag ein Motorradfahrer leicht verletzt worden. Die Polizei in {1} bittet Zeugen, sich zu melden. Nach ersten Erkenntnissen kam das Motorrad in einer Kurve von der Fahrbahn ab. Die Straße bei {1} war für zwei Stunden gesperrt, der Verkehr wurde durch die Ortschaften geleitet."),
    "назначение": ("ru", "{0} возглавит компанию {2}", "Компания {2} сообщила во вторник, что её новым руководителем станет {0}. Ранее {0} работал в крупном банке и отвечал за развитие. В совете директоров {2} отметили его опыт и знание рынка. Акции компании после этого сообщения почти не изменились в цене, говорят участники торгов на бирже."),
    "任命": ("zh", "{2}任命{0}为首席执行官", "{2}公司星期二宣布，任命{0}为新的首席执行官，下个月初上任。{0}此前在一家大型银行负责市场业务。{2}董事会表示，{0}经验丰富，熟悉行业情况。消息公布以后，公司股价变化不大。分析人士认为，{2}今后将更加重视海外市场的发展。"),
    "school": ("en", "New head for {1} school", "The secondary school in {1} has a new head from September. {0}, who has taught history at the school for ten years, was chosen by the governors on Friday. Parents in {1} welcomed the decision. {0} said that the first task would be to repair the roof of the gymnasium, and to find more teachers of mathematics."),
}  # fmt: skip
_PEOPLE_OF = {
    "ru": ("Иван Петров", "Сергей Волков", "Олег Марков", "Антон Белов", "Павел Громов", "Игорь Лебедев"),
    "zh": ("王建国", "李明华", "张伟东", "陈志强", "刘海波", "赵永红"),
}
_FIRMS_OF = {"ru": ("Северсталь", "Волготрест", "Уралпром", "Балтика", "Сибмаш", "Донэнерго"), "zh": ("华星", "东方云", "金海", "长风", "盛达", "北辰")}


def templates(numbers: dict[str, tuple[str, str, str]], names: dict[str, tuple[str, str, str]], count: int, chance: random.Random) -> Iterator[Text]:
    """Instances of templates, each other news."""
    for name, (language, title, text) in numbers.items():
        seen: set[tuple[int, ...]] = set()
        while len(seen) < count:
            seen.add(tuple(chance.randrange(2, 97) for _ in range(5)))
        for nth, values in enumerate(sorted(seen)):
            yield Text(f"{name} {nth}", title, text.format(*values), language, "template, other numbers")
    for name, (language, title, text) in names.items():
        people, firms = _PEOPLE_OF.get(language, _PEOPLE), _FIRMS_OF.get(language, _FIRMS)
        wanted = sorted({re.sub(r"\D", "", field) for field in re.findall(r"\{\d\}", title + text)})
        made: set[tuple[str, str]] = set()
        for person, city, firm, team in ((p, c, f, t) for p in people for c in _CITIES for f in firms[:3] for t in _TEAMS[:2]):
            values = (person, city, firm, team)
            made.add((title.format(*values), text.format(*values)))
        for nth, (headline, story) in enumerate(chance.sample(sorted(made), min(count, len(made)))):
            yield Text(f"{name} {nth}", headline, story, language, "template, other names")
        del wanted


def other_event(chance: random.Random, one: Text, words: Words) -> Text:
    """The same topic in much the same words, another event: all numbers and names are others, half of the words too."""
    text = re.sub(r"\d+", lambda found: str(int(found[0][:6] or 0) + chance.randrange(1, 90)), one.text)
    swap = {}

    def renamed(found: re.Match[str]) -> str:
        return swap.setdefault(found[0], "".join(chance.choice("bdfgklmnrst") + chance.choice("aeiou") for _ in range(3)).capitalize())

    text = re.sub(r"(?<=[a-zà-ÿ,] )[A-ZÀ-Þ]\w{2,}", renamed, text)
    text = replaced(chance, text, 0.35, words[one.language] or ["x"], one.language)
    return Text(f"{one.truth} other", one.title, text, one.language, "same topic, other event")


@dataclass(frozen=True)
class Part:
    """Generators of one half of the data."""

    rewrites: tuple[Rewrite, ...]
    move: Callable[[random.Random, str], str]
    before: tuple[str, ...]
    after: tuple[str, ...]
    numbers: dict[str, tuple[str, str, str]]
    names: dict[str, tuple[str, str, str]]


TUNING = Part((replaced, in_runs), moved, _BEFORE, _AFTER, NUMBERS, NAMES)
HELD_OUT = Part((edited, consistent), shuffled, _BEFORE_HELD_OUT, _AFTER_HELD_OUT, NUMBERS_HELD_OUT, NAMES_HELD_OUT)


def tellings(part: Part, one: Text, words: Words, chance: random.Random) -> Iterator[Text]:
    """Other tellings of a text, each with its kind."""
    pool = words[one.language] or ["x"]

    def told(kind: str, title: str, text: str) -> Text:
        return Text(one.truth, title, text, one.language, kind)

    for share in (0.1, 0.2):
        rewrite = chance.choice(part.rewrites)
        title = rewrite(chance, one.title, share, pool, one.language)
        yield told(f"{share:.0%} rewritten", title, rewrite(chance, one.text, share, pool, one.language))
    yield told("blocks moved", one.title, part.move(chance, one.text))
    yield told("boilerplate", one.title, chance.choice(part.before) + one.text + chance.choice(part.after))

"""Lines that stand around a text and are no part of it: they change while nothing is told anew."""

from __future__ import annotations

import re

_LONGEST = 200
"""In characters: what is longer is text, however it begins."""
_LONGEST_NAME = 60

_ADVERTISEMENT = re.compile(
    r"\W*(?:(?:advertise?ment|advertising|sponsored(?: content| post)?|promoted|anzeige|werbung|publicité|publicidade?"
    r"|pubblicità|advertentie|διαφήμιση|реклама|広告|广告)\W*(?:(?:scroll|continue|story|article)\b.*)?"
    r"|(?:story|article) continues (?:below|after)\b.*)"
)
_INVITATION = re.compile(
    r"\W*(?:share (?:this|on|via|with)|follow (?:us|me|@|along)|like us|join us on|sign up|subscribe|support our|donate"
    r"|download our|get (?:our|the)\b.*\bnewsletter|(?:(?:our|the|daily|weekly|free) )*newsletter"
    r"|listen to this article|read (?:more|also|next|on|full|the (?:full|rest|original|article))|continue reading"
    r"|click here|view (?:original|comments)|see also|related(?: articles?| stor(?:y|ies)| posts?)?\s*:"
    r"|more (?:on|from) |leave a (?:comment|reply)|the post .* (?:appeared first|first appeared)"
    r"|(?:this (?:article|post|story|piece) )?(?:was )?(?:originally|first) (?:published|appeared)|copyright\b|©"
    r"|all rights reserved|newsletter abonnieren|jetzt abonnieren|mehr zum thema|lesen sie auch|lire aussi"
    r"|abonnez-vous|suscríbete|leer más|lea también|διαβάστε (?:ακόμα|επίσης|περισσότερα)).*"
)
_CREDIT = re.compile(
    r"\W*(?:(?:additional )?(?:reporting|writing|compiled|edited|editing|written|posted) by|with files from"
    r"|(?:photo(?:graph)?s?|images?) by|(?:photo(?:graph)?s?|images?|credit|foto|bild)(?: credit| courtesy)?\s*:).*"
)
_COUNTED = (
    r"(?:views?|reads?|shares?|likes?|comments?|replies|points?|votes?|upvotes?|retweets?|reposts?|followers?|downloads?"
    r"|visits?|hits?|aufrufe|kommentare|vues|commentaires|visitas|comentarios|προβολές|σχόλια|просмотров)"
)
_COUNTER = re.compile(
    rf"\W*(?:\d[\d.,]*\s*[km]?\s*{_COUNTED}|{_COUNTED}\W*\d[\d.,]*\s*[km]?"
    r"|(?:reading time\W*)?\d+[\s-]*min(?:ute)?s?(?: read| to read)?|no comments(?: yet)?)\W*"
)
# Shorter ones: a sentence may begin so, too.
_SIGNATURE = re.compile(r"(?:by|von|par|por|από)\s\S.*[^.!?…]|[—–-]+\s*\w.*[^.!?…]")
_AGE = re.compile(r"\W*(?:(?:last |first )?(?:updated|published|posted|modified)\b(?! by ).*|.*\b(?:ago|just now)\W*)")
_NETWORK = re.compile(
    r"share|tweet|facebook|twitter|x|whatsapp|linkedin|pinterest|telegram|reddit|tumblr|pocket|flipboard|bluesky|mastodon"
    r"|threads|instagram|e|e?mail|print"
)


def is_boilerplate(line: str) -> bool:
    """Whether a line of plain text is an advertisement's mark, an invitation, a signature, a counter, or an age."""
    if len(line) > _LONGEST:
        return False
    line = line.casefold().strip()
    return any(kind.fullmatch(line) for kind in (_ADVERTISEMENT, _INVITATION, _CREDIT, _COUNTER)) or (
        len(line) <= _LONGEST_NAME and bool(_SIGNATURE.fullmatch(line) or _AGE.fullmatch(line) or _to_share(line))
    )


def _to_share(line: str) -> bool:
    """Whether it names networks, and numbers with them."""
    named = [word for word in re.findall(r"\w+", line) if not word.isdigit()]
    return bool(named) and all(map(_NETWORK.fullmatch, named))

"""What texts are compared by: the signature that is stored, and of which words it is."""

from __future__ import annotations

from hashlib import sha256
from unicodedata import normalize

from builders import TEXT, TITLE, told_alike

from syndicator.core.fingerprint import MINIMA, fingerprint, is_of, minima


def test_too_little_to_compare_has_no_fingerprint() -> None:
    assert fingerprint("Photo", "") == fingerprint("", "") == b""
    assert told_alike(("Photo", ""), (TITLE, TEXT)) is None


def test_a_fingerprint_tells_whether_it_is_of_these_words() -> None:
    body = fingerprint(TITLE, TEXT)
    assert is_of(body, TITLE, TEXT)
    assert is_of(body, TITLE, normalize("NFD", TEXT))
    assert not is_of(body, TITLE, TEXT.replace("14", "15"))
    assert not is_of(b"", TITLE, TEXT)


def test_the_form_is_the_one_that_is_stored_everywhere() -> None:
    """Where this fails, the library or our form has changed: then the first byte has to be another one."""
    body = fingerprint(TITLE, TEXT)
    assert body[0] == 2
    assert len(minima(body)) == 2 * MINIMA
    assert minima(body)[:8].hex() == "67b8d867810ead40"
    assert sha256(body).hexdigest() == "049e00f40aa97dc9bf03a67ad1a5eb586ed54ae12191be072540b1843f4557b6"


def test_letters_that_look_the_same_are_the_same() -> None:
    """A letter and its accent may be written as one character or as two."""
    greek = "Ο δήμος κλείνει τη γέφυρα του λιμανιού για έξι εβδομάδες από τη Δευτέρα, επειδή βρέθηκε σκουριά."
    assert fingerprint("Η γέφυρα", greek) == fingerprint("Η γέφυρα", normalize("NFD", greek))

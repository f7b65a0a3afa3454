"""Plain text handling shared by the identifiers: separators out, accents folded, lengths counted in words."""

import re
import unicodedata

from brazil.errors import Invalid

# What people, PDFs and spreadsheets put inside a number: dots, slashes, every dash, blanks.
_SEPARATORS = re.compile(r"[\s./\-‐‑‒–—―−•·\u200b\u200c\u200d\u2060\ufeff]+")
_REPEATED = re.compile(r"(.)\1*")


def squeeze(text: str) -> str:
    """`text` without separators, ASCII letters in upper case; the rest stays, for the caller to refuse."""
    bare = _SEPARATORS.sub("", text)
    # Only ASCII is upper-cased: "ı".upper() is "I", and a foreign letter must never turn into a valid one.
    return "".join(c.upper() if c.isascii() else c for c in bare)


def fold(text: str) -> str:
    """`text` without accents, in upper case, with single blanks: "São  João" is "SAO JOAO"."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).upper().split())


def all_equal(text: str) -> bool:
    """Whether `text` is one character repeated, as in 111.111.111-11."""
    return _REPEATED.fullmatch(text) is not None


def quoted(character: str) -> str:
    """How a sentence names a character that does not belong: itself when it can be seen."""
    return f"“{character}”" if character.isprintable() and not character.isspace() else "um caractere invisível"


def difference(found: int, wanted: int) -> str:
    """How far a length is from the wanted one: "faltam 2", "sobra 1"."""
    gap = abs(wanted - found)
    verb = "falta" if found < wanted else "sobra"
    return f"{verb} 1" if gap == 1 else f"{verb}m {gap}"


def only_digits(text: str, *, name: str, code: str) -> str:
    """The ASCII digits of `text` after its separators are gone.

    `name` carries the article ("o CPF"); raises Invalid `<code>_vazio` or `<code>_caracteres`.
    """
    bare = squeeze(text)
    if not bare:
        raise Invalid(f"{code}_vazio", f"Informe {name}.")
    for character in bare:
        if not (character.isascii() and character.isdigit()):
            raise Invalid(f"{code}_caracteres", f"{capital(name)} só tem números; tire {quoted(character)}.")
    return bare


def exact_digits(text: str, *, name: str, code: str, length: int) -> str:
    """`only_digits`, and exactly `length` of them; raises Invalid `<code>_tamanho` otherwise."""
    bare = only_digits(text, name=name, code=code)
    if len(bare) != length:
        raise Invalid(
            f"{code}_tamanho",
            f"{capital(name)} deve ter {length} dígitos; {difference(len(bare), length)}.",
        )
    return bare


def capital(sentence: str) -> str:
    """`sentence` with its first letter in upper case and the rest untouched."""
    return sentence[:1].upper() + sentence[1:]

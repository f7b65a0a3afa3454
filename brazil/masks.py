"""What a screen shows of personal data to those who need not read it all. A CNPJ is public: never masked."""

from brazil.documents import format_cnpj

HIDDEN = "***"
_PARTICLES = {"da", "das", "de", "do", "dos", "e"}


def mask_cpf(cpf: str) -> str:
    """`12345678909` as `***.456.789-**`; anything that is not 11 long is hidden whole."""
    return f"***.{cpf[3:6]}.{cpf[6:9]}-**" if len(cpf) == 11 else HIDDEN


def mask_document(number: str) -> str:
    """A clean CPF masked, a clean CNPJ in full."""
    return format_cnpj(number) if len(number) == 14 else mask_cpf(number)


def mask_name(name: str) -> str:
    """`Leocádia Inventada da Hora` as `Leocádia I. H.`; of a single name only the first letter is left."""
    words = name.split()
    if not words:
        return HIDDEN
    if len(words) == 1:
        return words[0][0] + HIDDEN
    initials = (f"{word[0].upper()}." for word in words[1:] if word.lower() not in _PARTICLES)
    return " ".join([words[0], *initials])


def mask_email(email: str) -> str:
    """`leocadia@example.com.br` as `l***@example.com.br`; without both sides of the @ all is hidden."""
    box, at, host = email.strip().rpartition("@")
    return f"{box[0]}{HIDDEN}@{host}" if at and box and host else HIDDEN


def mask_phone(phone: str) -> str:
    """`33958287060` as `(33) *****-7060`; without an area code all is hidden."""
    digits = "".join(c for c in phone if c.isascii() and c.isdigit())
    if len(digits) in (12, 13) and digits.startswith("55"):
        digits = digits[2:]
    if len(digits) not in (10, 11):
        return HIDDEN
    return f"({digits[:2]}) {'*' * (len(digits) - 6)}-{digits[-4:]}"

"""What this room refuses, in the user's words."""

from kernel.errors import DomainError


class DocumentNotStored(DomainError):
    code = "documento_nao_guardado"
    status = 503


class DocumentDamaged(DomainError):
    """The blob is missing, was changed, or its key is gone."""

    code = "documento_danificado"
    status = 500


class FileRefused(DomainError):
    """An uploaded file is not what its field takes. Its one problem carries the same sentence."""

    code = "arquivo_recusado"

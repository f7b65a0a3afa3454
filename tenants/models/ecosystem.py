"""An accredited ecosystem: the outer tenant. Its name and brand are public, on its own entry page."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

SLUG = RegexValidator(r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "Use letras minúsculas, números e hífens.")
COLOR = RegexValidator(r"^#[0-9a-f]{6}$", "Use uma cor como #1f6feb.")
# First words of the portal's own addresses, and those it may want: no ecosystem can live there.
RESERVED = frozenset(
    [
        "admin",
        "ajuda",
        "api",
        "arquivos",
        "conta",
        "docs",
        "entrar",
        "estaticos",
        "media",
        "painel",
        "robots",
        "saude",
        "sair",
        "static",
        "status",
        "suporte",
        "termo",
        "webhooks",
        "www",
    ]
)


class Ecosystem(models.Model):
    """`slug` is its address below ours, `domain` its own address, if any. Not tenant data: who they are is public."""

    slug = models.CharField(max_length=40, unique=True, validators=[SLUG])
    name = models.CharField(max_length=120)
    domain = models.CharField(max_length=120, unique=True, null=True, blank=True)
    color = models.CharField(max_length=7, default="#1f5fa8", validators=[COLOR])
    logo = models.CharField(max_length=120, blank=True)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(slug__regex=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"), name="ecosystem_slug"
            ),
            models.CheckConstraint(condition=models.Q(color__regex=r"^#[0-9a-f]{6}$"), name="ecosystem_color"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.slug in RESERVED:
            raise ValidationError({"slug": "Este endereço é do próprio portal; escolha outro."})

"""What happened: append-only and hash-chained by the database itself."""

from django.db import models

from kernel.db.scoping import EstablishmentRows


class Event(EstablishmentRows):
    """One thing somebody did to one subject.

    `chain`, `seq`, `prev_hash` and `hash` are written by a trigger: one chain per establishment, per ecosystem and for
    the platform. The table is partitioned by month of `at` and refuses UPDATE and DELETE.
    `data` holds codes, ids and numbers of the act, never a person's document, name or address.
    """

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    ecosystem_id = models.BigIntegerField(null=True)
    establishment_id = models.BigIntegerField(null=True)
    chain = models.CharField(max_length=40, editable=False)
    seq = models.BigIntegerField(editable=False)
    prev_hash = models.BinaryField()
    hash = models.BinaryField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=60)
    actor_name = models.CharField(max_length=120)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="journal_event_subject"),
            models.Index(fields=["ecosystem_id", "establishment_id", "id"], name="journal_event_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type}:{self.subject_id}"

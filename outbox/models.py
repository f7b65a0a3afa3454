"""Durable work for the outside: the row is the truth, Celery only a doorbell."""

from django.db import models
from django.db.models import Q

from kernel.db.scoping import EstablishmentRows
from outbox.states import Lane, Outcome, State

STATES = [(state.value, state.value) for state in State]
OUTCOMES = [(outcome.value, outcome.value) for outcome in Outcome]


class Message(EstablishmentRows):
    """One piece of work, delivered until its handler says it is done or a person must decide.

    `lane` is whom it visits (an agency, the mail server): lanes do not hold up one another. `payload` holds ids only;
    what must be secret is sealed by its owner. `urgent_by` is the nearest legal deadline, served first.
    """

    ecosystem_id = models.BigIntegerField(null=True)
    establishment_id = models.BigIntegerField(null=True)
    topic = models.CharField(max_length=60)
    lane = models.CharField(max_length=40)
    subject_type = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=STATES, default=State.WAITING.value)
    visits = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField()
    urgent_by = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    request_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="outbox_message_state"),
            models.CheckConstraint(
                condition=Q(state=State.LEASED.value, leased_until__isnull=False)
                | (~Q(state=State.LEASED.value) & Q(leased_until__isnull=True)),
                name="outbox_message_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["lane", "due_at"], name="outbox_due", condition=Q(state=State.WAITING.value)),
            models.Index(fields=["leased_until"], name="outbox_leases", condition=Q(state=State.LEASED.value)),
            models.Index(fields=["subject_type", "subject_id"], name="outbox_message_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.topic}#{self.pk}"


class Attempt(EstablishmentRows):
    """One visit: when, how it ended, what the agency said word for word, and how long it took.

    A `probe` was made while the whole lane was down: how it ended says nothing against the message.
    """

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="attempts")
    ecosystem_id = models.BigIntegerField(null=True)
    establishment_id = models.BigIntegerField(null=True)
    number = models.PositiveIntegerField()
    asked_first = models.BooleanField(default=False)
    probe = models.BooleanField(default=False)
    started_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField(null=True)
    outcome = models.CharField(max_length=10, choices=OUTCOMES, default=Outcome.FLYING.value)
    agency_code = models.CharField(max_length=40, blank=True)
    agency_words = models.TextField(blank=True)
    explanation = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="outbox_attempt_number"),
            models.CheckConstraint(condition=Q(outcome__in=[o.value for o in Outcome]), name="outbox_attempt_outcome"),
        ]
        indexes = [models.Index(fields=["-started_at"], name="outbox_attempt_started")]

    def __str__(self) -> str:
        return f"{self.message_id}/{self.number}"


class LaneHealth(models.Model):
    """Does whom a lane visits answer? The platform's own, of no tenant: one row per lane that has a circuit.

    `since` is when the state began, for a lane that is down the first visit of those that failed; `failures` are the
    visits that failed in a row. Nobody probes a lane that is down before `probe_at`. `last_ok_at` is a minute late at
    most.
    """

    lane = models.CharField(max_length=40, unique=True)
    state = models.CharField(max_length=4, choices=[(s.value, s.value) for s in Lane], default=Lane.UP.value)
    since = models.DateTimeField()
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    probe_at = models.DateTimeField(null=True)
    last_ok_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[s.value for s in Lane]), name="outbox_lane_state"),
            models.CheckConstraint(
                condition=Q(state=Lane.UP.value) | Q(probe_at__isnull=False), name="outbox_down_lane_is_probed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lane}: {self.state}"

    @property
    def is_down(self) -> bool:
        return self.state == Lane.DOWN.value

"""The circuit of a lane, and visits that were probes of it."""

from django.conf import settings
from django.db import migrations, models


def grant(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
    schema_editor.execute(f"REVOKE DELETE ON outbox_lanehealth FROM {role}")


class Migration(migrations.Migration):
    dependencies = [("outbox", "0002_walls")]
    operations = [
        migrations.AddField("attempt", "probe", models.BooleanField(default=False)),
        migrations.AddIndex("attempt", models.Index(fields=["-started_at"], name="outbox_attempt_started")),
        migrations.CreateModel(
            name="LaneHealth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("lane", models.CharField(max_length=40, unique=True)),
                ("state", models.CharField(choices=[("up", "up"), ("down", "down")], default="up", max_length=4)),
                ("since", models.DateTimeField()),
                ("failures", models.PositiveIntegerField(default=0)),
                ("failing_since", models.DateTimeField(null=True)),
                ("probe_at", models.DateTimeField(null=True)),
                ("last_ok_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("state__in", ["up", "down"])), name="outbox_lane_state"),
                    models.CheckConstraint(
                        condition=models.Q(("state", "up"), ("probe_at__isnull", False), _connector="OR"),
                        name="outbox_down_lane_is_probed",
                    ),
                ],
            },
        ),
        migrations.RunPython(grant, migrations.RunPython.noop),
    ]

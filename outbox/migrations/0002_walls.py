"""Row-level security: a tenant sees its own work; the house's machinery (app.system) serves all."""

from django.db import migrations

SQL = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON {table} USING (app_system() OR (ecosystem_id = app_ecosystem()
  AND (app_establishment() IS NULL OR establishment_id = app_establishment())));
CREATE POLICY leaves ON {table} FOR INSERT WITH CHECK (app_system()
  OR (ecosystem_id IS NOT DISTINCT FROM app_ecosystem()
  AND (app_establishment() IS NULL OR establishment_id = app_establishment())));
"""
    for table in ("outbox_message", "outbox_attempt")
)
DROP = "".join(
    f"""
DROP POLICY tenant ON {table};
DROP POLICY leaves ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
"""
    for table in ("outbox_message", "outbox_attempt")
)


class Migration(migrations.Migration):
    dependencies = [("outbox", "0001_message"), ("kernel_db", "0001_scope")]
    operations = [migrations.RunSQL(SQL, DROP)]

"""Row-level security of files with several vehicles."""

from django.db import migrations

TABLES = ("transactions_bulkfile", "transactions_bulkline")
UP = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON {table} USING (ecosystem_id = app_ecosystem()
  AND (app_establishment() IS NULL OR establishment_id = app_establishment()));
ALTER TABLE {table} ADD CONSTRAINT {table}_same_ecosystem
  FOREIGN KEY (ecosystem_id, establishment_id) REFERENCES tenants_establishment (ecosystem_id, id);
"""
    for table in TABLES
)
DOWN = "".join(
    f"""
DROP POLICY tenant ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
ALTER TABLE {table} DROP CONSTRAINT {table}_same_ecosystem;
"""
    for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [
        ("transactions", "0004_bulk"),
    ]
    operations = [migrations.RunSQL(UP, DOWN)]

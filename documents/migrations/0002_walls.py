"""Row-level security."""

from django.db import migrations

SQL = """
ALTER TABLE documents_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents_document FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON documents_document USING (app_system() OR (ecosystem_id = app_ecosystem()
  AND (app_establishment() IS NULL OR establishment_id = app_establishment())));
"""
DROP = """
DROP POLICY tenant ON documents_document;
ALTER TABLE documents_document NO FORCE ROW LEVEL SECURITY;
ALTER TABLE documents_document DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_document"), ("kernel_db", "0001_scope")]
    operations = [migrations.RunSQL(SQL, DROP)]

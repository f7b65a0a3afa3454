"""A document's establishment is one of its ecosystem's: foreign keys are checked across the walls."""

from django.db import migrations

SQL = """
ALTER TABLE documents_document ADD CONSTRAINT document_same_ecosystem
  FOREIGN KEY (ecosystem_id, establishment_id) REFERENCES tenants_establishment (ecosystem_id, id);
"""
DROP = "ALTER TABLE documents_document DROP CONSTRAINT document_same_ecosystem;"


class Migration(migrations.Migration):
    dependencies = [("documents", "0002_walls"), ("tenants", "0002_walls")]
    operations = [migrations.RunSQL(SQL, DROP)]

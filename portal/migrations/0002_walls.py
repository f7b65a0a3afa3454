"""Row-level security of notices; the house's machinery (app.system) looks for whom it told."""

from django.db import migrations

UP = """
ALTER TABLE portal_notice ENABLE ROW LEVEL SECURITY;
ALTER TABLE portal_notice FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON portal_notice USING (app_system() OR (ecosystem_id = app_ecosystem()
  AND (app_establishment() IS NULL OR establishment_id = app_establishment())));
ALTER TABLE portal_notice ADD CONSTRAINT portal_notice_same_ecosystem
  FOREIGN KEY (ecosystem_id, establishment_id) REFERENCES tenants_establishment (ecosystem_id, id);
"""
DOWN = """
ALTER TABLE portal_notice DROP CONSTRAINT portal_notice_same_ecosystem;
DROP POLICY tenant ON portal_notice;
ALTER TABLE portal_notice NO FORCE ROW LEVEL SECURITY;
ALTER TABLE portal_notice DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_notice"), ("tenants", "0003_same_ecosystem"), ("kernel_db", "0001_scope")]
    operations = [migrations.RunSQL(UP, DOWN)]

"""Row-level security, and slips that never cross an ecosystem."""

from django.db import migrations

UP = """
ALTER TABLE billing_feeslip ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing_feeslip FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON billing_feeslip USING (ecosystem_id = app_ecosystem()
  AND (app_establishment() IS NULL OR establishment_id = app_establishment()));
ALTER TABLE billing_feeslip ADD CONSTRAINT billing_feeslip_same_ecosystem
  FOREIGN KEY (ecosystem_id, establishment_id) REFERENCES tenants_establishment (ecosystem_id, id);
"""
DOWN = """
DROP POLICY tenant ON billing_feeslip;
ALTER TABLE billing_feeslip NO FORCE ROW LEVEL SECURITY;
ALTER TABLE billing_feeslip DISABLE ROW LEVEL SECURITY;
ALTER TABLE billing_feeslip DROP CONSTRAINT billing_feeslip_same_ecosystem;
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_fee_slip"), ("tenants", "0002_walls"), ("kernel_db", "0001_scope")]
    operations = [migrations.RunSQL(UP, DOWN)]

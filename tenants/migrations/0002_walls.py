"""Row-level security of the tenants' own tables, and terms and acceptances that never change."""

from django.conf import settings
from django.db import migrations

WALLS = """
ALTER TABLE tenants_establishment ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_establishment FORCE ROW LEVEL SECURITY;
ALTER TABLE tenants_membership ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_membership FORCE ROW LEVEL SECURITY;
ALTER TABLE tenants_adhesionterm ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_adhesionterm FORCE ROW LEVEL SECURITY;
ALTER TABLE tenants_adhesionacceptance ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants_adhesionacceptance FORCE ROW LEVEL SECURITY;

CREATE POLICY tenant ON tenants_membership USING (app_system() OR (ecosystem_id = app_ecosystem()
  AND (app_establishment() IS NULL OR establishment_id = app_establishment())));
CREATE POLICY own ON tenants_membership FOR SELECT USING (user_id = app_user());
CREATE POLICY tenant ON tenants_establishment USING (app_system() OR (ecosystem_id = app_ecosystem()
  AND (app_establishment() IS NULL OR id = app_establishment())));
CREATE POLICY own ON tenants_establishment FOR SELECT USING (
  app_user() IS NOT NULL AND EXISTS (SELECT 1 FROM tenants_membership m
    WHERE m.establishment_id = tenants_establishment.id AND m.user_id = app_user()));
CREATE POLICY tenant ON tenants_adhesionterm USING (app_system() OR ecosystem_id = app_ecosystem());
CREATE POLICY tenant ON tenants_adhesionacceptance USING (app_system() OR (ecosystem_id = app_ecosystem()
  AND (app_establishment() IS NULL OR establishment_id = app_establishment())));
"""

FOREVER = """
CREATE FUNCTION tenants_forever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'Terms and their acceptances are kept as they are.' USING ERRCODE = 'restrict_violation'; END $$;
CREATE TRIGGER forever BEFORE UPDATE OR DELETE ON tenants_adhesionterm
  FOR EACH ROW EXECUTE FUNCTION tenants_forever();
CREATE TRIGGER forever BEFORE UPDATE OR DELETE ON tenants_adhesionacceptance
  FOR EACH ROW EXECUTE FUNCTION tenants_forever();
REVOKE UPDATE, DELETE ON tenants_adhesionterm, tenants_adhesionacceptance FROM {role};
"""

SAME_ECOSYSTEM = """
ALTER TABLE tenants_membership ADD CONSTRAINT membership_same_ecosystem
  FOREIGN KEY (ecosystem_id, establishment_id) REFERENCES tenants_establishment (ecosystem_id, id);
ALTER TABLE tenants_adhesionacceptance ADD CONSTRAINT acceptance_same_ecosystem
  FOREIGN KEY (ecosystem_id, establishment_id) REFERENCES tenants_establishment (ecosystem_id, id);
"""


def raise_walls(apps, schema_editor):
    role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
    for sql in (WALLS, FOREVER.replace("{role}", role), SAME_ECOSYSTEM):
        schema_editor.execute(sql, params=None)


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_tenants"), ("kernel_db", "0001_scope")]
    operations = [migrations.RunPython(raise_walls)]

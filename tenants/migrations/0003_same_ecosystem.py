"""What the rooms below say of establishments is true of them: foreign keys are checked across the walls.

Without these a scope of a whole ecosystem could write events and messages in the name of another one's
establishment, and so break that establishment's chain of events.
"""

from django.db import migrations

SQL = """
ALTER TABLE tenants_adhesionterm ADD CONSTRAINT term_of_ecosystem UNIQUE (ecosystem_id, id);
ALTER TABLE tenants_adhesionacceptance ADD CONSTRAINT acceptance_of_own_term
  FOREIGN KEY (ecosystem_id, term_id) REFERENCES tenants_adhesionterm (ecosystem_id, id);
ALTER TABLE journal_event ADD CONSTRAINT event_same_ecosystem
  FOREIGN KEY (ecosystem_id, establishment_id) REFERENCES tenants_establishment (ecosystem_id, id);
ALTER TABLE outbox_message ADD CONSTRAINT message_same_ecosystem
  FOREIGN KEY (ecosystem_id, establishment_id) REFERENCES tenants_establishment (ecosystem_id, id);
ALTER TABLE outbox_attempt ADD CONSTRAINT attempt_same_ecosystem
  FOREIGN KEY (ecosystem_id, establishment_id) REFERENCES tenants_establishment (ecosystem_id, id);
"""
DROP = """
ALTER TABLE outbox_attempt DROP CONSTRAINT attempt_same_ecosystem;
ALTER TABLE outbox_message DROP CONSTRAINT message_same_ecosystem;
ALTER TABLE journal_event DROP CONSTRAINT event_same_ecosystem;
ALTER TABLE tenants_adhesionacceptance DROP CONSTRAINT acceptance_of_own_term;
ALTER TABLE tenants_adhesionterm DROP CONSTRAINT term_of_ecosystem;
"""


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_walls"), ("journal", "0001_event"), ("outbox", "0001_message")]
    operations = [migrations.RunSQL(SQL, DROP)]

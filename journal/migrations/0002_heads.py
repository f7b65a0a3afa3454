"""A chain's head is compared by its hash too, and the platform's own chain can be read by the machinery."""

from django.db import migrations

SQL = """
DROP FUNCTION journal_head;
CREATE FUNCTION journal_head(wanted text, OUT seq bigint, OUT hash bytea) LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$ SELECT c.seq, c.hash FROM journal_chain c WHERE c.chain = wanted $$;
CREATE POLICY machinery_reads ON journal_event FOR SELECT USING (app_system());
"""
DROP = """
DROP POLICY machinery_reads ON journal_event;
DROP FUNCTION journal_head;
CREATE FUNCTION journal_head(wanted text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = public, pg_temp AS $$ SELECT seq FROM journal_chain WHERE chain = wanted $$;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_event")]
    operations = [migrations.RunSQL(SQL, DROP)]

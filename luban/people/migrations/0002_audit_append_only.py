"""The database itself refuses to change or delete a line of the audit trail."""

from django.db import migrations

FORWARD = """
create function people_audit_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'people_auditentry is append-only';
end $$;
create trigger people_audit_append_only before update or delete on people_auditentry
    for each row execute function people_audit_append_only();
"""
BACKWARD = """
drop trigger people_audit_append_only on people_auditentry;
drop function people_audit_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]

#!/usr/bin/env bash
# Runs once inside the postgres container, when its volume is empty: the roles and the database, with their passwords.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
psql -Xq -v ON_ERROR_STOP=1 -v database=autotech -U "$POSTGRES_USER" -d postgres -f "$here/autotech/roles.sql"
psql -Xq -v ON_ERROR_STOP=1 -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" -U "$POSTGRES_USER" -d postgres <<'SQL'
ALTER ROLE autotech_owner PASSWORD :'owner';
ALTER ROLE autotech_app PASSWORD :'app';
SQL

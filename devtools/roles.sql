-- For psql, with the variable `database`. The launcher runs it as it is; compose.sh adds passwords.
SET client_min_messages = warning;
SELECT 'CREATE ROLE autotech_owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'autotech_owner') \gexec
SELECT 'CREATE ROLE autotech_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS'
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'autotech_app') \gexec
GRANT autotech_app TO autotech_owner;
SELECT format('CREATE DATABASE %I OWNER autotech_owner', :'database')
  WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec

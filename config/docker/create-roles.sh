#!/bin/sh
# Run once by the PostgreSQL image, when its volume is new: makes the role that migrates and owns
# everything, the role the application runs as, and the database.
set -eu

owner_password=$(cat /run/secrets/database_owner_password)
application_password=$(cat /run/secrets/database_application_password)

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
    --set owner_password="$owner_password" --set application_password="$application_password" <<'SQL'
CREATE ROLE makegood_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION
    PASSWORD :'owner_password';
CREATE ROLE makegood_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION
    PASSWORD :'application_password';
CREATE DATABASE makegood OWNER makegood_owner;
REVOKE ALL ON DATABASE makegood FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE makegood TO makegood_app;
SQL

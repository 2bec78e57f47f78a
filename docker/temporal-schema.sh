#!/bin/sh
# Makes the two databases of the Temporal server and brings their schema up to date. May be repeated.
# Reads POSTGRES_SEEDS, DB_PORT, POSTGRES_USER and SQL_PASSWORD, and SCHEMA_DIR where the schema is elsewhere.
set -eu

schema="${SCHEMA_DIR:-/etc/temporal/schema/postgresql/v12}"

tool() {
  temporal-sql-tool --plugin postgres12 --ep "$POSTGRES_SEEDS" --port "$DB_PORT" --user "$POSTGRES_USER" "$@"
}

for store in temporal:temporal temporal_visibility:visibility; do
  database="${store%%:*}"
  tool --db "$database" create
  tool --db "$database" setup-schema -v 0.0
  tool --db "$database" update-schema -d "$schema/${store##*:}/versioned"
done

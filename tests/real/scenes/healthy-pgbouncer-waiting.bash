# more clients than PgBouncer has connections to the server: they wait, and all are served
needs pgbouncer psql
healthy

scene() {
	postgres_with 5433
	pgbouncer_with 'default_pool_size = 2'
	psql_in_turn 0.5
	wait_count 3 state established sport = :6432
	ripen 15
}

# PgBouncer between clients that come and go and a server whose connections it keeps and closes after 2 s
needs pgbouncer psql
healthy

scene() {
	postgres_with 5433
	pgbouncer_with 'server_idle_timeout = 2'
	psql_in_turn 0.2
	wait_count 3 state time-wait
	ripen 10
}

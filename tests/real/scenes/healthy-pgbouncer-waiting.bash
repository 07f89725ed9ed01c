# more clients than PgBouncer has connections to the server: they wait, and all are served
needs pgbouncer psql
healthy

scene() {
	postgres_with 5433
	printf '[databases]\n* = host=127.0.0.1 port=5433 user=postgres\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = 6432\nauth_type = any\nunix_socket_dir =\npool_mode = transaction\ndefault_pool_size = 2\n' >"$tmp/bouncer.ini"
	start bouncer setpriv --reuid postgres --regid postgres --clear-groups pgbouncer "$tmp/bouncer.ini"
	wait_port 6432
	start clients bash -c 'while sleep 0.3; do psql -h 127.0.0.1 -p 6432 -U postgres -c "select pg_sleep(0.5)" postgres & done'
	wait_count 3 state established sport = :6432
	ripen 15
}

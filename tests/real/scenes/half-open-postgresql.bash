# PostgreSQL sends rows to a host that went away without a word
needs psql python3
root half-open '*postgres*' candidates=peer-unreachable

scene() {
	far_host
	postgres_with 5433 -c listen_addresses=10.77.0.1,127.0.0.1
	echo 'host all all 10.77.0.0/24 trust' >>"$tmp/pg/data/pg_hba.conf"
	kill -HUP "${pids[postgres]}"
	start_far clients bash -c 'for i in 1 2 3 4 5; do psql -h 10.77.0.1 -p 5433 -U postgres -c "copy (select pg_sleep(0.2), repeat(chr(120), 1000) from generate_series(1, 1000)) to stdout" >/dev/null & done; wait'
	wait_count 5 state established sport = :5433
	ripen 2
	far_vanishes
	ripen 20
}

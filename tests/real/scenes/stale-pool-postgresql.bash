# a psycopg2 pool used in bursts, the server ends idle sessions after 2 s
needs /usr/lib/postgresql python3 python3:psycopg2
root stale-pool '*pool_burst.py*' candidates=never-closed

scene() {
	postgres_with 5432 -c idle_session_timeout=2000
	start client python pool_burst.py postgres 5432 6 8
	wait_count 5 state close-wait dport = :5432
	ripen 31
	wait_count 3 state established dport = :5432
	until_true 20 at_most 0 state established dport = :5432
	wait_count 3 state close-wait dport = :5432
}

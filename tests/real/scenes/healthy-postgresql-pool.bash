# a psycopg2 pool in use, no idle timeout
needs /usr/lib/postgresql python3 python3:psycopg2
healthy

scene() {
	postgres_with 5432
	start client python pool_burst.py postgres 5432 6 2
	wait_count 6 state established dport = :5432
	ripen 4
}

# clients give up after a second, their statements run on: a server process for each, which ends with its statement
needs psql python3
root slow-handler '*postgres*' candidates=never-closed

scene() {
	postgres_with 5433
	start clients bash -c 'while sleep 0.4; do timeout 1 psql -h 127.0.0.1 -p 5433 -U postgres -c "select pg_sleep(8)" & done'
	wait_count 12 state close-wait sport = :5433
	ripen 10
}

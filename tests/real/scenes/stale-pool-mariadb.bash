# connections to MariaDB, kept for the next burst; the server's wait_timeout is shorter than the pause
needs mariadbd mariadb-install-db python3:pymysql
root stale-pool '*pool_burst.py*' candidates=never-closed

# The server resets what it ends: ss shows nothing of it, the descriptors are there. No event tells when they are thrown
# away: at the end of the watch they may just have been.
undecidable

held() { find "/proc/${pids[client]}/fd" -lname 'socket:*' 2>/dev/null | wc -l; }
dead() { (($(held) >= 5)) && at_most 0 dport = :3306; }

scene() {
	mariadb_with 3306 --wait-timeout=1
	start client python pool_burst.py mysql 3306 6 8
	until_true 40 dead
	ripen 31
	wait_count 3 state established dport = :3306
	until_true 20 dead
}

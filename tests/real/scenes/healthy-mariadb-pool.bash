# connections to MariaDB that are used in bursts, and kept
needs mariadbd mariadb-install-db python3:pymysql
healthy

scene() {
	mariadb_with 3306
	start client python pool_burst.py mysql 3306 12 4
	wait_count 12 state established dport = :3306
	ripen 12
}

# programs on another host ask MariaDB for many rows, and read none but the first
needs mariadbd mariadb-install-db python3:pymysql
root peer-stalled '*mariadbd*'

scene() {
	far_host
	mariadb_with 3306 --bind-address=10.77.0.1
	start_far readers /usr/bin/python3 -u "$programs/unread_rows.py" 10.77.0.1 3306 4
	wait_count 4 state established sport = :3306
	ripen 18
}

# a second MariaDB is started again and again on the port of the first
needs mariadbd mariadb-install-db
root port-taken '*mariadbd*'
victim '*mariadbd*' bind EADDRINUSE
undecidable_from_one_look

scene() {
	mariadb_with 3306
	mkdir "$tmp/again"
	mariadb-install-db --no-defaults --user=root --datadir="$tmp/again" --auth-root-authentication-method=normal --skip-test-db >/dev/null
	start again bash -c "while :; do mariadbd --no-defaults --user=root --datadir=$tmp/again --socket=$tmp/again/socket --pid-file=$tmp/again/pid --bind-address=127.0.0.1 --port=3306 --skip-grant-tables; sleep 1; done"
	until_true 30 grep -qi 'address already in use' "$out/log/again"
}

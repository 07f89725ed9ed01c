# memcached under a steady load of small operations
needs memcached python3 python3:pymemcache
healthy

scene() {
	start memcached memcached -u nobody -l 127.0.0.1 -p 11211
	wait_port 11211
	start client python pool_burst.py memcached 11211 6 0.5
	wait_count 3 state established dport = :11211
	ripen 4
}

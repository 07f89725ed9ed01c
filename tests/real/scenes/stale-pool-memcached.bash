# a pymemcache pool used in bursts, memcached's idle_timeout is 2 s
needs memcached python3 python3:pymemcache
root stale-pool '*pool_burst.py*' candidates=never-closed

scene() {
	start memcached memcached -u nobody -l 127.0.0.1 -p 11211 -o idle_timeout=2
	wait_port 11211
	start client python pool_burst.py memcached 11211 6 8
	wait_count 3 state close-wait dport = :11211
	ripen 31
	wait_count 3 state established dport = :11211
	until_true 20 at_most 0 state established dport = :11211
	wait_count 3 state close-wait dport = :11211
}

# an asyncio server with 40 descriptors and more patient clients than that: accept() fails with EMFILE
needs python3
root fd-limit '*echo_server.py*'
effect accept-queue fd-limit
effect listen-overflow fd-limit

scene() {
	start server bash -c "ulimit -n 40; exec /usr/bin/python3 -u $programs/echo_server.py 9000"
	wait_port 9000
	start clients python hold.py 127.0.0.1 9000 60
	wait_count 60 state established dport = :9000
	ripen 4
}

# a Twisted server that is told of its clients' end, and does not hang up itself
needs python3 python3:twisted
root never-closed '*twisted_forgetful.py*' count='state close-wait sport = :8100'

scene() {
	start server python twisted_forgetful.py 8100
	wait_port 8100
	start clients python line_client.py 127.0.0.1 8100 "$(pick 3 7)"
	wait_count 20 state close-wait sport = :8100
	ripen 31
}

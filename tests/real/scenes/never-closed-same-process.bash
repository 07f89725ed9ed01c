# server and leaking client are threads of one process: both ends have the same owner
needs python3
root never-closed '*self_talk.py*' count='state close-wait dport = :8080'

scene() {
	start both python self_talk.py 8080 5
	wait_count 10 state close-wait dport = :8080
	ripen 31
}

# a forking Perl server whose parent forgets to close its copy of each connection
needs perl python3
root never-closed '*fork_server.pl*' candidates=inherited-fd

scene() {
	start server perl "$programs/fork_server.pl" 9000
	wait_port 9000
	start client python line_client.py 127.0.0.1 9000 4
	wait_count 10 state close-wait sport = :9000
	ripen 31
}

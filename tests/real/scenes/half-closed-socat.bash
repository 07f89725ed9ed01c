# legitimate: the client has shut its side down, the server is still sending its long answer
needs socat pv
healthy
root half-closed '*'

scene() {
	start server socat TCP-LISTEN:9000,bind=127.0.0.1,reuseaddr,fork SYSTEM:'head -c 60000000 /dev/zero | pv -q -L 300k'
	wait_port 9000
	local i
	for i in 1 2 3 4 5; do start "client$i" bash -c 'exec nc -N 127.0.0.1 9000 <<<report >/dev/null'; done
	wait_count 5 state close-wait sport = :9000
	ripen 5
}

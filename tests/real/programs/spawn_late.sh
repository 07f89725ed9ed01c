#!/bin/bash
# Asks a server that closes after its answer, starts a job then, and closes its own descriptor. usage: spawn_late.sh HOST PORT N
for ((i = 0; i < $3; i++)); do
	exec 5<>"/dev/tcp/$1/$2"
	printf 'GET / HTTP/1.1\r\nHost: %s\r\n\r\n' "$1" >&5
	cat <&5 # until EOF
	sleep 0.2
	sleep 3217 &
	exec 5>&-
done
echo "done"
sleep 3216

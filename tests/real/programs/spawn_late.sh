#!/bin/bash
# Asks a server that closes after its answer; starts a job later, that inherits the connections, and closes its own copies.
# usage: spawn_late.sh HOST PORT N [PAUSE_S]
for ((i = 0; i < $3; i++)); do
	exec {connection}<>"/dev/tcp/$1/$2"
	printf 'GET / HTTP/1.1\r\nHost: %s\r\n\r\n' "$1" >&"$connection"
	cat <&"$connection" # until EOF
	connections+=("$connection")
done
sleep "${4-0.2}"
sleep 3217 &
for connection in "${connections[@]}"; do exec {connection}>&-; done
echo "done"
sleep 3216

#!/bin/bash
# Connects, starts a job, closes its own descriptor; the server's timeout comes later. usage: spawn_early.sh HOST PORT N
for ((i = 0; i < $3; i++)); do
	exec 5<>"/dev/tcp/$1/$2"
	printf 'GET / HTTP/1.1\r\nHost: %s\r\n\r\n' "$1" >&5
	sleep 3218 &
	exec 5>&-
done
sleep 3216

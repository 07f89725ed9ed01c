#!/bin/bash
# Asks through /dev/tcp and forgets to close the descriptor. usage: leak.sh HOST PORT PAUSE_S
while true; do
	exec {question}<>"/dev/tcp/$1/$2"
	printf 'GET / HTTP/1.1\r\nHost: %s\r\n\r\n' "$1" >&"$question"
	read -r -u "$question" _
	sleep "$3"
done

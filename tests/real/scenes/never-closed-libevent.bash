# a libevent server whose event callback forgets the end of its clients
needs gcc /usr/include/event2/event.h python3
root never-closed '*libevent_forgetful*' count='state close-wait sport = :8100'

scene() {
	compiled "$artefacts/libevent_forgetful" "$programs/libevent_forgetful.c" gcc -O2 -g "$programs/libevent_forgetful.c" -levent \
		-o "$artefacts/libevent_forgetful"
	start server "$artefacts/libevent_forgetful" 8100
	wait_port 8100
	start clients python line_client.py 127.0.0.1 8100 "$(pick 3 7)"
	wait_count 20 state close-wait sport = :8100
	ripen 31
}

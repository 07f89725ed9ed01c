# subscribers of a NATS server to whom nothing is published
needs nats-server python3
healthy

scene() {
	start nats nats-server -a 127.0.0.1 -p 4222
	wait_port 4222
	start subscribers python subscribe.py 4222 40 'SUB news 1'
	wait_count 40 state established sport = :4222
	ripen 10
}

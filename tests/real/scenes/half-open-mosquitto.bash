# an MQTT broker publishes to subscribers on a host that went away without a word
needs mosquitto mosquitto_pub python3
root half-open '*mosquitto*' candidates=peer-unreachable

scene() {
	far_host
	mosquitto_with 10.77.0.1
	start_far peers /usr/bin/python3 "$programs/mqtt_subscriber.py" 10.77.0.1 1883 6
	wait_count 6 state established sport = :1883
	ripen 1
	start publisher bash -c "while sleep 0.5; do date | mosquitto_pub -h 10.77.0.1 -t news -s; done"
	ripen 2
	far_vanishes
	ripen 20
}

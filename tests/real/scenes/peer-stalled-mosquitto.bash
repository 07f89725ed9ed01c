# an MQTT broker, subscribers on another host that do not read
needs mosquitto mosquitto_pub python3
root peer-stalled '*mosquitto*'

scene() {
	far_host
	mosquitto_with 10.77.0.1
	start_far peers /usr/bin/python3 "$programs/mqtt_subscriber.py" 10.77.0.1 1883 5 stalled
	wait_count 5 state established sport = :1883
	ripen 1
	start publisher bash -c "while sleep 0.2; do head -c 200000 /dev/zero | tr '\\0' x | mosquitto_pub -h 10.77.0.1 -t news -s; done"
	ripen 18
}

# thirty requests threads without a timeout wait for a host that does not answer
needs python3 python3:requests
root peer-unreachable '*pool_burst.py*'

scene() {
	far_host
	far_vanishes
	start client python pool_burst.py requests 10.77.0.2:8080 30 300
	wait_count 30 state syn-sent
	ripen 8
}

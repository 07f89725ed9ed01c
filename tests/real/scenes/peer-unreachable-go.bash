# a Go service dials a host that does not answer: SYN_SENT
needs go python3
root peer-unreachable '*bodyleak*'

scene() {
	go_binary bodyleak
	far_host
	far_vanishes
	local i
	for i in 1 2 3 4 5 6; do start "dial$i" "$artefacts/bodyleak" http://10.77.0.2:8080/ 1; done
	wait_count 6 state syn-sent
	ripen 8
}

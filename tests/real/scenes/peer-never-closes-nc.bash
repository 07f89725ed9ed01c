# nc -N has sent everything and shut its side down; the far server keeps its own open
needs nc python3
root peer-never-closes '*nc -N*'

scene() {
	far_host
	start_far peers /usr/bin/python3 "$programs/forgetful_server.py" 9000 10.77.0.2
	until_true 20 eval '[[ -n $(in_far ss -tlnH sport = :9000) ]]'
	local i
	for ((i = 0; i < $(pick 8 16); i++)); do start "nc$i" bash -c 'exec nc -N 10.77.0.2 9000 <<<hello'; done
	wait_count 8 state fin-wait-2 dport = :9000
	ripen 20
}

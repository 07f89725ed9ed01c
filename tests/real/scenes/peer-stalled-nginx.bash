# nginx sends a large file to clients on another host that stopped reading: zero window
needs nginx python3
root peer-stalled '*nginx*'

scene() {
	far_host
	nginx_with web 1 <<<"server { listen 10.77.0.1:8080; root $tmp/files; send_timeout 300s; }"
	mkdir -p "$tmp/files" && truncate -s 30M "$tmp/files/big" && chmod -R a+rX "$tmp/files"
	wait_port 8080
	start_far peers /usr/bin/python3 "$programs/stalled_reader.py" 10.77.0.1 8080 8
	wait_count 8 state established sport = :8080
	ripen 15
}

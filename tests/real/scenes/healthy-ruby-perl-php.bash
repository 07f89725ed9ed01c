# LWP, Net::HTTP and curl, used as their manuals say
needs ruby perl php python3
healthy

scene() {
	start api python api_server.py 8080 --keepalive 5
	wait_port 8080
	start ruby ruby -rnet/http -e 'loop { Net::HTTP.get(URI("http://127.0.0.1:8080/")); sleep 0.3 }'
	start perl perl -MLWP::UserAgent -e 'my $ua = LWP::UserAgent->new; while (1) { $ua->get("http://127.0.0.1:8080/"); select undef, undef, undef, 0.3 }'
	# shellcheck disable=SC2016
	start php php -r 'while (true) { file_get_contents("http://127.0.0.1:8080/"); usleep(300000); }'
	wait_count 20 state time-wait
	ripen 4
}

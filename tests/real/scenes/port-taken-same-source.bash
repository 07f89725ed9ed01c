# two workers were told one source port to one place: bind() passes, connect() of the second cannot
needs node python3
root port-taken '*register.js*'
victim '*register.js*' connect EADDRNOTAVAIL
undecidable_from_one_look

scene() {
	local source
	source=$(pick 15000 16000)
	start server python echo_server.py 5060
	wait_port 5060
	start first node "$programs/register.js" 5060 "$source"
	wait_said first registered
	start second node "$programs/register.js" 5060 "$source"
	wait_said second EADDRNOTAVAIL
}

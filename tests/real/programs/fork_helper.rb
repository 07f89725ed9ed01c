# Fetches, starts a helper process, closes its own connection: the helper has inherited it.
# usage: fork_helper.rb HOST PORT N
require "socket"

ARGV[2].to_i.times do
  s = TCPSocket.new(ARGV[0], ARGV[1].to_i)
  s.write("GET /fast HTTP/1.1\r\nHost: here\r\n\r\n")
  s.read
  fork do
    $0 = "report-helper"
    sleep
  end
  s.close
end
STDOUT.puts "done"
STDOUT.flush
sleep

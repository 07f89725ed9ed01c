# Net::HTTP.start without a block and without finish. usage: ruby leak.rb HOST PORT PER_SECOND
require 'net/http'

host, port, per_second = ARGV[0], ARGV[1].to_i, ARGV[2].to_f
kept = []
loop do
  http = Net::HTTP.start(host, port)
  http.get('/')
  kept << http
  sleep 1 / per_second
end

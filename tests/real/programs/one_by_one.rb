# Serves one client after the other and answers after 200 s. usage: ruby one_by_one.rb PORT
require 'socket'

server = TCPServer.new('127.0.0.1', ARGV[0].to_i)
server.listen(100)
loop do
  client = server.accept
  client.gets
  sleep 200
  client.close
end

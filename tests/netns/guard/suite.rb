# A small test suite: each test fetches, and one of them may forget to close.   usage: suite.rb PORT leak|clean
require 'socket'
$kept = []

def fetch(port)
  s = TCPSocket.new('127.0.0.1', port) # here: fetch
  s.write("GET / HTTP/1.1\r\n\r\n")
  s.read
  s
end

# What opens at once is told of before it is known where Ruby keeps its frames.
sleep 0.3
fetch(ARGV[0]).close
s = fetch(ARGV[0])
ARGV[1] == 'leak' ? $kept << s : s.close
sleep 0.5

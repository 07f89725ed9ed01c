# Opens connections and never closes them, from several places.   usage: leak.rb PORT PER_SECOND
# A line that opens one ends in its mark and NAME, the function that it stands in.
require 'socket'
require 'net/http'

PORT = ARGV[0].to_i
$kept = []

def ask(socket)
  socket.write("GET / HTTP/1.1\r\n\r\n")
  socket.readpartial(100)
  $kept << socket
end

def fetch_plain
  socket = Socket.new(:INET, :STREAM)
  socket.connect(Socket.sockaddr_in(PORT, '127.0.0.1')) # here: fetch_plain
  ask(socket)
end

def fetch_http
  http = Net::HTTP.new('127.0.0.1', PORT)
  http.start # here: fetch_http
  http.instance_variable_get(:@socket).io.write("GET / HTTP/1.1\r\n\r\n")
  $kept << http
end

class Client
  def fetch_method
    ask(TCPSocket.new('127.0.0.1', PORT)) # here: fetch_method
  end

  def self.fetch_static
    ask(TCPSocket.new('127.0.0.1', PORT)) # here: fetch_static
  end

  def method_missing(name, *)
    ask(TCPSocket.new('127.0.0.1', PORT)) # here: method_missing
  end

  def respond_to_missing?(*) = true

  define_method(:fetch_defined) do |to|
    ask(TCPSocket.new('127.0.0.1', to)) # here: <class:Client>
  end
end

def fetch_deep(depth)
  return fetch_deep(depth - 1) if depth > 0

  ask(TCPSocket.new('127.0.0.1', PORT)) # here: fetch_deep
end

def fetch_in_block
  [PORT].each do |port|
    ask(TCPSocket.new('127.0.0.1', port)) # here: fetch_in_block
  end
end

def fetch_in_rescue
  raise 'never' if PORT.zero?
  Integer('one')
rescue ArgumentError
  ask(TCPSocket.new('127.0.0.1', PORT)) # here: fetch_in_rescue
end

def fetch_in_thread
  Thread.new { fetch_of_thread }.join
end

def fetch_of_thread
  ask(TCPSocket.new('127.0.0.1', PORT)) # here: fetch_of_thread
end

def fetch_in_fiber
  fiber = Fiber.new do
    Fiber.yield
    ask(TCPSocket.new('127.0.0.1', PORT)) # here: fetch_in_fiber
  end
  2.times { fiber.resume }
end

def fetch_with_long_body(flag)
  a = 1
  b = a + 2 if flag
  c = [a, b, 3].map { |x| x.to_s }.join(',')
  d = c.split(',').map(&:to_i).sum
  e = { a: a, b: b, c: c, d: d }
  f = e.values.map(&:to_s).select { |x| x.size > 1 }
  g = f.first.nil? ? 'none' : f.first
  h = "#{a} #{b} #{c} #{d} #{e} #{g}"
  i = h.length > 3 && g ? h[0, 3] : h
  j = [a, b, d].max + [a, b, d].min
  k = j.zero? ? i : i * j
  ask(TCPSocket.new('127.0.0.1', PORT)) # here: fetch_with_long_body
  k
end

def fetch_and_close
  TCPSocket.new('127.0.0.1', PORT).close
end

client = Client.new
loop_until = -> { false }
until loop_until.call
  fetch_plain
  fetch_http
  client.fetch_method
  Client.fetch_static
  client.something_else
  client.fetch_defined(PORT)
  fetch_deep(30)
  fetch_in_block
  fetch_in_rescue
  fetch_in_thread
  fetch_in_fiber
  fetch_with_long_body(true)
  fetch_and_close
  ask(TCPSocket.new('127.0.0.1', PORT)) # here: <main>
  sleep 1.0 / ARGV[1].to_f
end

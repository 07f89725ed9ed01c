// A chat server with allowHalfOpen that forgets to end() its side. usage: node half_open_server.js PORT
const net = require('net');
const guests = new Set();
net.createServer({ allowHalfOpen: true }, (socket) => {
  guests.add(socket);
  socket.on('data', (line) => socket.write('you said ' + line));
  socket.on('end', () => console.log('a guest fell silent'));
  socket.on('error', () => guests.delete(socket));
}).listen(Number(process.argv[2]), '127.0.0.1', 128);

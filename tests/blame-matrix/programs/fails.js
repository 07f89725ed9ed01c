// Leaks five connections to a server that then is gone, and goes on trying: from then on each connect() fails.
const net = require('net');

const kept = [];
const server = net.createServer((socket) => socket.end());

// In one line: what is called often is compiled, and then its line is that of its definition.
const fetch = (options) => net.connect(options); // here: fetch

server.listen(0, '127.0.0.1', () => {
  const options = { port: server.address().port, host: '127.0.0.1', allowHalfOpen: true };
  let open = 5;
  for (let i = 0; i < 5; i++) {
    kept.push(fetch(options).on('data', () => {}).on('end', () => {
      if (--open) return;
      server.close();
      console.log('gone');
      setInterval(() => fetch(options).on('error', () => {}), 100);
    }));
  }
});

// Opens connections and never closes them; then has V8 move all that it remembers of them, time and again.
//   usage: node --expose-gc --compact-on-every-full-gc moves.js PORT
const net = require('net');

const options = { port: Number(process.argv[2]), host: '127.0.0.1', allowHalfOpen: true };
const kept = [];

function fetchAll() {
  for (let i = 0; i < 10; i++) {
    kept.push(net.connect(options, function () { this.write('GET / HTTP/1.1\r\n\r\n'); })); // here: fetchAll
    kept[i].on('data', () => {});
  }
}

setTimeout(fetchAll, 1500);
setTimeout(() => setInterval(gc, 200), 3500);

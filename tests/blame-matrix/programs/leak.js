// Opens connections and never closes them, from several places.   usage: leak.js PORT PER_SECOND
// A line that opens one ends in its mark and NAME, the function that it stands in.
const net = require('net');
const http = require('http');

const port = Number(process.argv[2]);
const perSecond = Number(process.argv[3]);
const kept = [];

function ask(socket) {
  socket.on('error', () => {});
  socket.on('data', () => {});
  socket.write('GET / HTTP/1.1\r\n\r\n');
  kept.push(socket);
  return socket;
}

// What its peer has closed stays half open.
const options = { port, host: '127.0.0.1', allowHalfOpen: true };

function fetchPlain() {
  ask(net.connect(options)); // here: fetchPlain
}

class Client {
  fetchMethod() {
    ask(net.createConnection(options)); // here: fetchMethod
  }

  static fetchStatic() {
    const socket = new net.Socket({ allowHalfOpen: true });
    socket.connect(port, '127.0.0.1'); // here: fetchStatic
    ask(socket);
  }

  #fetchPrivate() {
    ask(net.connect(options)); // here: #fetchPrivate
  }

  callPrivate() {
    this.#fetchPrivate();
  }

  get fetched() {
    return ask(net.connect(options)); // here: fetched
  }
}

function fetchDeep(depth) {
  if (depth > 0) return fetchDeep(depth - 1);
  return ask(net.connect(options)); // here: fetchDeep
}

const agent = new http.Agent({ keepAlive: false });

function fetchHttp() {
  const request = http.get({ ...options, agent }, (response) => { // here: fetchHttp
    kept.push(response);
  });
  request.on('error', () => {});
}

// Nobody reads what has come, so undici does not close.
async function fetchUnread() {
  kept.push(await fetch(`http://127.0.0.1:${port}/large`)); // here: fetchUnread
}

const fetchArrow = () => {
  const a = [1, 2, 3].map((x) => x * 2);
  return a.length && ask(net.connect(options)); // here: fetchArrow
};

async function fetchAsync() {
  await null;
  ask(net.connect(options)); // here: fetchAsync
}

async function fetchAfterTimer() {
  await new Promise((done) => setTimeout(done, 1));
  for (const given of [options]) {
    ask(net.connect(given)); // here: fetchAfterTimer
  }
}

function fetchInCallback() {
  setImmediate(function fetchLater() {
    ask(net.connect(options)); // here: fetchLater
  });
}

function* fetchInGenerator() {
  yield 1;
  yield ask(net.connect(options)); // here: fetchInGenerator
}

function fetchInForEach() {
  [options].forEach(function fetchEach(given) {
    ask(net.connect(given)); // here: fetchEach
  });
}

function fetchAndClose() {
  const socket = net.connect(options, () => socket.destroy());
  socket.on('error', () => {});
}

const client = new Client();
setInterval(() => {
  fetchPlain();
  client.fetchMethod();
  Client.fetchStatic();
  client.callPrivate();
  kept.push(client.fetched);
  fetchDeep(12);
  fetchHttp();
  fetchArrow();
  fetchUnread().catch(() => {});
  fetchAsync();
  fetchAfterTimer();
  fetchInCallback();
  for (const socket of fetchInGenerator()) kept.push(socket);
  fetchInForEach();
  fetchAndClose();
}, 1000 / perSecond);

// fetch() of Node 22.23 fails an assertion of its own where an answer that nobody reads has ended.
process.on("uncaughtException", () => {});

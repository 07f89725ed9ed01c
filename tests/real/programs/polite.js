// Reads every body; bursts over a keepAlive agent with pauses. usage: node polite.js URL SOCKETS PAUSE_MS
const http = require('http');
const [url, sockets, pause] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const agent = new http.Agent({ keepAlive: true, maxSockets: sockets });
const burst = () => {
  for (let i = 0; i < sockets; i++) {
    http.get(url, { agent }, (response) => response.resume()).on('error', (e) => console.log(e.message));
  }
};
burst();
setInterval(burst, pause);

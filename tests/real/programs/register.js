// A telephone that registers from the port it was told, and tries again when that fails. usage: register.js PORT SOURCE_PORT
const net = require('net');
const [port, localPort] = process.argv.slice(2).map(Number);

function register() {
	const line = net.connect({ host: '127.0.0.1', port, localAddress: '127.0.0.1', localPort });
	let keeper;
	line.on('connect', () => {
		console.log('registered');
		keeper = setInterval(() => line.write('still here\n'), 1000);
	});
	line.on('data', () => {});
	line.on('error', (error) => console.log(error.message));
	line.on('close', () => {
		clearInterval(keeper);
		setTimeout(register, 250);
	});
}
register();

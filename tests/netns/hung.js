// Spins in a function that is marked. It has taken the place of a server, see hung.py.
function turn(n) {
  for (;;) n = (n * 3 + 1) % 1000003; // here: node turn
}

function handle() {
  turn(1);
}

handle();

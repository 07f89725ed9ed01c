// One connection as a ladder of its two hosts: what each end knows, and which way the FIN went.
import { useAsked } from "../hooks";
import { Command, Trouble } from "../parts/common";
import { shellWord } from "../words";
import { askFleet, type Fin, type Peer } from "./documents";

const arrows: Record<string, string> = { ours: "right", theirs: "left", between: "left from-between" };

// Drawn for the eye; the line below says it in words.
function Wire({ fin }: { fin: Fin }) {
	const way = fin && arrows[fin];
	return <tr class="wire" aria-hidden="true">
		<td />
		<td colSpan={2}>{way && <span class={`segment ${way}`}><i>FIN</i></span>}</td>
	</tr>;
}

function Rungs({ pair }: { pair: Peer["pairs"][number] }) {
	const [head, ...rungs] = pair.shown.ladder;
	return <div class="wide">
		<table class={`ladder ${pair.theirs ? "" : "one-end"}`}>
			<thead><tr><th scope="col">{head!.label}</th><th scope="col">{head!.ours}</th><th scope="col">{head!.theirs}</th></tr></thead>
			<tbody>
				<Wire fin={pair.fin_from} />
				{rungs.map(rung => <tr key={rung.label}>
					<th scope="row">{rung.label}</th><td>{rung.ours}</td><td>{rung.theirs}</td>
				</tr>)}
			</tbody>
		</table>
		<p class="ladder-verdict"><b>verdict</b> <span>{pair.shown.verdict}</span></p>
	</div>;
}

export function Ladder({ tuple, words, stamp }: { tuple: string; words: string; stamp: number }) {
	const peer = useAsked(`${tuple} ${stamp}`, () => askFleet<Peer>("peer", { tuple }));
	return <div class="ladders">
		<Trouble problem={peer.problem} />
		{peer.value?.pairs.map((pair, i) => <Rungs key={i} pair={pair} />)}
		<Command text={`unfin fleet peer ${shellWord(tuple)} ${words}`} />
	</div>;
}

// The list of pairs, as `unfin fleet` has them; one that is chosen shows its two hosts.
import { useState } from "preact/hooks";
import { Section } from "../parts/common";
import { count } from "../words";
import { most, type Pair } from "./documents";
import { Ladder } from "./ladder";

const first = 50; // that are shown at once

function One(props: { pair: Pair; open: boolean; words: string; stamp: number; onOpen: (tuple: string) => void }) {
	const { pair, open, words, stamp, onOpen } = props;
	const tuple = pair.ours.socket;
	return <li class={`pair is-${pair.verdict} ${open ? "open" : ""}`}>
		<button type="button" class="pair-head" aria-expanded={open} onClick={() => onOpen(open ? "" : tuple)}>
			<b>{count(pair.count)}</b><span>{pair.shown.title}</span>
		</button>
		{open && <div class="pair-body">
			{pair.shown.proof && <p><span class="quiet">proof</span> {pair.shown.proof}</p>}
			<Ladder tuple={tuple} words={words} stamp={stamp} />
		</div>}
	</li>;
}

export function PairList(props: {
	pairs: Pair[]; none: string | null; chosen: string; peer: string; words: string; stamp: number;
	onChoose: (name: string) => void; onOpen: (tuple: string) => void;
}) {
	const { pairs, none, chosen, peer, words, stamp, onChoose, onOpen } = props;
	const [all, setAll] = useState(false);
	const own = chosen ? pairs.filter(pair => pair.shown.ower === chosen || pair.shown.owed === chosen) : pairs;
	const shown = all ? own : own.filter((pair, i) => i < first || pair.ours.socket === peer);

	return <Section id="pairs" title="Pairs" about="Who owes whom the close, and what is not known. Choose one to see both its ends.">
		{chosen && <p class="filtered">Only those of <b>{chosen}</b> <button type="button" onClick={() => onChoose("")}>show all</button></p>}
		{none && <p class="note">{none}</p>}
		<ol class="pairs">
			{shown.map(pair => <One key={`${pair.verdict} ${pair.ours.host} ${pair.ours.socket}`} pair={pair} open={pair.ours.socket === peer} words={words} stamp={stamp} onOpen={onOpen} />)}
		</ol>
		{all && pairs.length === most && <p class="note">the first {count(most)}; the command above has all</p>}
		{shown.length < own.length && <button type="button" onClick={() => setAll(true)}>show {count(own.length - shown.length)} more</button>}
	</Section>;
}

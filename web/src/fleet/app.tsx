// The page of a fleet: how far it could be seen, who owes whom the close, and one connection from both its ends.
import { useEffect, useState } from "preact/hooks";
import { useAsked, useNow, useSections } from "../hooks";
import { Command, Section, Trouble } from "../parts/common";
import { Recording } from "../parts/verdict";
import { useFleetView } from "../view";
import { clock, count } from "../words";
import { askFleet, most, type FleetDocument, type Pairs } from "./documents";
import { ServiceMap } from "./map";
import { PairList } from "./pairs";
import { Answer, Table } from "./table";

const parts: [string, string][] = [
	["hosts", "Hosts"], ["map", "Map"], ["pairs", "Pairs"], ["releases", "Releases"], ["leaks", "Leaks"], ["ports", "Ports"], ["pools", "Pools"],
];

function Header({ pairs, sections }: { pairs: Pairs | null; sections: string[] }) {
	return <header class="top">
		<a class="brand" href="#" onClick={event => { event.preventDefault(); scrollTo(0, 0); }}>unfin</a>
		<h1 class="host">a fleet</h1>
		{pairs?.taken_at && <time dateTime={pairs.taken_at}>{clock(pairs.taken_at)}</time>}
		<nav aria-label="parts">
			{parts.filter(([id]) => sections.includes(id)).map(([id, name]) => <button type="button" key={id} class="link"
				onClick={() => document.getElementById(id)?.scrollIntoView()}>{name}</button>)}
		</nav>
	</header>;
}

const staleMs = 60e3; // beside what it takes until it is read again, and until hosts tell again

// First of all: nothing below is true of a host that was not seen.
function Coverage({ pairs, status, words, everyMs }: { pairs: Pairs; status: FleetDocument | null; words: string; everyMs: number }) {
	const { coverage, shown } = pairs;
	const ageMs = useNow() - Date.parse(pairs.taken_at ?? "");
	return <Section id="hosts" title="Hosts" about="How far what is below speaks for the fleet.">
		<p class="verdict-line coverage">{shown.head}</p>
		{ageMs > staleMs + 3 * everyMs && <Recording ageMs={ageMs} findings={pairs.pairs.length} />}
		<ul class="coverage-counts">
			{Object.entries(coverage.hosts).map(([name, n]) =>
				<li key={name} class={n && name !== "seen" ? "warning" : ""}><b>{count(n)}</b> {name}</li>)}
		</ul>
		{shown.not_seen.map((text, i) => <p class="gap" key={i}><b>not seen</b> {text}</p>)}
		{status && <details class="reasons"><summary>each host</summary><Table document={status} /></details>}
		<Command text={`unfin fleet status ${words}`} />
	</Section>;
}

// 0: it stays as it is.
function useStamp(everyMs: number): number {
	const [stamp, set] = useState(0);
	useEffect(() => {
		if (!everyMs) return;
		const timer = setInterval(() => set(n => n + 1), everyMs);
		return () => clearInterval(timer);
	}, [everyMs]);
	return stamp;
}

export function FleetApp({ words, everyMs }: { words: string; everyMs: number }) {
	const [view, change] = useFleetView();
	const stamp = useStamp(everyMs);
	const pairs = useAsked(`${stamp}`, () => askFleet<Pairs>("pairs", { limit: most }));
	const status = useAsked(`${stamp}`, () => askFleet("status", { limit: most }));
	const [main, sections] = useSections();
	const now = pairs.value;
	const services = new Set(now?.pairs.flatMap(pair => [pair.ours.service, pair.theirs?.service ?? null]));
	const about = { words, stamp };

	useEffect(() => { document.getElementById("plain")?.remove(); }, []);
	return <>
		<Header pairs={now} sections={sections.split(" ")} />
		<main ref={main}>
			<Trouble problem={pairs.problem ?? status.problem} />
			{now && <>
				<Coverage pairs={now} status={status.value} words={words} everyMs={everyMs} />
				<ServiceMap pairs={now.pairs} none={now.shown.none} words={words} chosen={view.name} onChoose={name => change({ name })} />
				<PairList pairs={now.pairs} none={now.shown.none} chosen={view.name} peer={view.peer} words={words} stamp={stamp}
					onChoose={name => change({ name })} onOpen={peer => change({ peer })} />
				{services.has(view.name) && <Answer id="releases" title="Releases" about={`What ${view.name} was started as, and since when.`}
					question="releases" parameters={{ service: view.name }} {...about} />}
				<Answer id="leaks" title="Leaks" about="Services that leave connections unfinished, as each host judges its own, and what both ends say." question="leaks" {...about} />
				<Answer id="ports" title="Ports" about="Hosts that have used half of their ports to one destination, or more." question="ports" {...about} />
				<Answer id="pools" title="Stale pools" about="Whose pool keeps connections for longer than its server does." question="stale-pools" {...about} />
			</>}
		</main>
	</>;
}

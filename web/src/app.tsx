import { useEffect, useState } from "preact/hooks";
import type { Check, History } from "./data/documents";
import type { Source } from "./data/source";
import { and } from "./filter";
import { later, useAsked, useNow, useSections } from "./hooks";
import { Ages } from "./parts/ages";
import { Trouble } from "./parts/common";
import { Flows, flowsOf } from "./parts/flows";
import { Handshake } from "./parts/handshake";
import { Ports } from "./parts/ports";
import { Sockets } from "./parts/sockets";
import { Slider, Time } from "./parts/time";
import { Verdict } from "./parts/verdict";
import { useView, type View } from "./view";
import { clock } from "./words";

const parts: [string, string][] = [
	["verdict", "Verdict"], ["states", "States"], ["ports", "Ports"], ["flows", "Who"], ["ages", "Ages"], ["sockets", "Sockets"], ["time", "Time"],
];

function Header({ check, view, sections, onNow }: { check: Check | null; view: View; sections: string[]; onNow: () => void }) {
	return <header class="top">
		<a class="brand" href="#" onClick={event => { event.preventDefault(); scrollTo(0, 0); }}>unfin</a>
		<h1 class="host">{check?.host ?? "this host"}</h1>
		{check && <b class={`badge ${check.verdict}`}>{check.shown.verdict}</b>}
		{check && <time dateTime={check.taken_at}>{clock(check.taken_at)}</time>}
		{view.at && <button type="button" class="now" onClick={onNow}>back to now</button>}
		<nav aria-label="parts">
			{parts.filter(([id]) => sections.includes(id)).map(([id, name]) => <button type="button" key={id} class="link"
				onClick={() => document.getElementById(id)?.scrollIntoView()}>{name}</button>)}
		</nav>
	</header>;
}

// A moment is shown until the next one is known, so that nothing flickers.
function useStamp(source: Source, at: string | null): number {
	const [stamp, set] = useState(0);
	useEffect(() => at === null ? source.onCycle(() => set(n => n + 1)) : undefined, [source, at]);
	return stamp;
}

const staleMs = 60e3;

// How old what is shown is, where it is not of now; an agent that seldom looks is not late before it has missed one.
function useAgeOf(check: Check | null, history: History | null, live: boolean): number | null {
	const now = useNow();
	if (!check) return null;
	const ageMs = now - Date.parse(check.taken_at);
	return ageMs < staleMs + (live ? 2 * (history?.interval_ms ?? 0) : 0) ? null : ageMs;
}

// What the filter narrows: all parts between the verdict and the table.
function Pictures(props: { source: Source; check: Check; history: History | null; view: View; filter: (expr: string) => void }) {
	const { source, check, history, view, filter } = props;
	const { expr, at } = view;
	const moment = `${check.taken_at} ${at ?? ""}`, key = `${moment} ${expr}`;
	const states = useAsked(moment, () => source.groups(["state"], "", at));
	const ports = useAsked(moment, () => source.ports(at));
	const strips = useAsked(key, later(() => source.strips(expr, at)));
	const flows = useAsked(key, later(async () => {
		const [clients, servers] = await Promise.all([
			source.groups(["comm", "state", "peer"], and(expr, "not role == server and not role == listener"), at, 300),
			source.groups(["comm", "state", "local_port"], and(expr, "role == server"), at, 300),
		]);
		return flowsOf(clients, servers);
	}));
	const ages = useAsked(key, later(() => source.groups(["state", "age_class_ms"], and(expr, "not state == listen"), at)));
	const wrong = strips.problem ?? ports.problem;

	return <>
		<Handshake check={check} groups={states.value ?? []} expr={expr} onFilter={filter} />
		{expr && <p class="filtered">Below: only sockets that match <code>{expr}</code> <button type="button" onClick={() => filter("")}>show all</button></p>}
		<Trouble problem={wrong} />
		{ports.value && strips.value && <Ports ports={ports.value} strips={strips.value} expr={expr} onFilter={filter} />}
		{flows.value && <Flows flows={flows.value} states={check.shown.states} expr={expr} onFilter={filter} />}
		{ages.value && strips.value && <Ages history={history} groups={ages.value} classes={strips.value.age_classes_ms} expr={expr} at={check.taken_at} />}
	</>;
}

export function App({ source }: { source: Source }) {
	const [view, change] = useView();
	const stamp = useStamp(source, view.at);
	const check = useAsked(`${stamp} ${view.at ?? ""}`, () => source.check(view.at));
	const history = useAsked(`${stamp}`, () => source.history());
	const filter = (expr: string): void => change({ expr });
	const move = (at: string | null): void => change({ at });

	useEffect(() => { document.getElementById("plain")?.remove(); }, []);
	const now = check.value, past = history.value;
	const ageMs = useAgeOf(now, past, source.live && view.at === null);
	const [main, sections] = useSections();
	return <>
		<Header check={now} view={view} sections={sections.split(" ")} onNow={() => move(null)} />
		<main ref={main}>
			<Trouble problem={check.problem} />
			{now && <>
				<Verdict check={now} history={past} ageMs={ageMs} onFilter={filter} />
				<Pictures source={source} check={now} history={past} view={view} filter={filter} />
				<Sockets source={source} expr={view.expr} at={view.at} stamp={now.taken_at} states={now.shown.states} onFilter={filter} />
				<Trouble problem={history.problem} />
				{past && <Time history={past} at={view.at} states={now.shown.states} onAt={move} />}
			</>}
		</main>
		{past && <Slider history={past} at={view.at} onAt={move} />}
	</>;
}

// The life of a connection, as `unfin explain` draws it, with what is in each state now. A state is a button: it filters
// all that is below.
import type { Check, Group } from "../data/documents";
import { stateExpression, stateOf } from "../filter";
import { count, duration } from "../words";
import { Section } from "./common";

interface Step {
	left?: [state: string, call: string];
	segment?: [direction: "right" | "left" | "both", name: string];
	right?: [state: string, call: string];
}

const life: Step[] = [
	{ left: ["close", "socket()"], right: ["listen", "listen()"] },
	{ left: ["syn_sent", "connect()"], segment: ["right", "SYN"], right: ["syn_recv", ""] },
	{ segment: ["left", "SYN+ACK"] },
	{ segment: ["right", "ACK"] },
];
const end: Step[] = [
	{ left: ["fin_wait1", "close()"], segment: ["right", "FIN"], right: ["close_wait", "read() = 0"] },
	{ left: ["fin_wait2", ""], segment: ["left", "ACK"] },
	{ left: ["time_wait", ""], segment: ["left", "FIN"], right: ["last_ack", "close()"] },
	{ segment: ["right", "ACK"] },
];

interface Drawing {
	check: Check;
	oldest: Map<string, number | null>;
	chosen: string | null;
	onFilter: (expr: string) => void;
}

// How bad the worst finding is that has sockets in this state. What others cause has them, too, and they are not stuck.
function stuck(check: Check, state: string): string {
	const about = check.findings.filter(finding => !finding.caused_by && finding.by_state[state]);
	if (about.some(finding => finding.severity === "critical")) return "critical";
	return about.some(finding => finding.severity === "warning") ? "warning" : "";
}

function State({ state, call, drawing }: { state: string; call?: string; drawing: Drawing }) {
	const { check, oldest, chosen, onFilter } = drawing;
	const n = check.states[state] ?? 0;
	const ms = oldest.get(state);
	const pressed = chosen === state;
	const age = n && ms != null ? `oldest ${duration(ms)}` : "";
	return <button type="button" class={`state ${n ? "" : "empty"} ${stuck(check, state)} ${pressed ? "pressed" : ""}`}
		aria-pressed={pressed} data-state={state} onClick={() => onFilter(pressed ? "" : stateExpression(state))}>
		<span class="state-name">{check.shown.states[state]}{call && <i>{call}</i>}</span>
		<b>{count(n)}</b>
		<span class="state-meant">{check.shown.states_meant[state]}{age && <i>{age}</i>}</span>
	</button>;
}

function Segment({ step }: { step: Step }) {
	if (!step.segment) return <span />;
	const [direction, name] = step.segment;
	return <span class={`segment ${direction}`}><i>{name}</i></span>;
}

function Steps({ steps, drawing }: { steps: Step[]; drawing: Drawing }) {
	return <>{steps.map((step, i) => <div class="step" key={i}>
		{step.left ? <State state={step.left[0]} call={step.left[1]} drawing={drawing} /> : <span />}
		<Segment step={step} />
		{step.right ? <State state={step.right[0]} call={step.right[1]} drawing={drawing} /> : <span />}
	</div>)}</>;
}

function Heads({ left, right }: { left: string; right: string }) {
	return <div class="step heads"><span>{left}</span><span /><span>{right}</span></div>;
}

export function Handshake(props: { check: Check; groups: Group[]; expr: string; onFilter: (expr: string) => void }) {
	const drawing: Drawing = {
		check: props.check,
		oldest: new Map(props.groups.map(group => [String(group.state), group.oldest_ms])),
		chosen: stateOf(props.expr),
		onFilter: props.onFilter,
	};
	return <Section id="states" title="States" about="How many connections are where in their life; choose one to see only those below.">
		<div class="handshake">
			<Heads left="the client, which connects" right="the server, which waits for clients" />
			<Steps steps={life} drawing={drawing} />
			<div class="step open"><State state="established" call="data flows both ways" drawing={drawing} /></div>
			<Heads left="closes first (client or server)" right="the other side: must close, too" />
			<Steps steps={end} drawing={drawing} />
			<div class="step crossing">
				<span class="aside">both close at the same moment:</span>
				<State state="closing" drawing={drawing} />
				<span />
			</div>
		</div>
	</Section>;
}

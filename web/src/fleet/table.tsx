// A question's table, in the words and figures of the command line.
import { useAsked } from "../hooks";
import { Command, Section, Trouble } from "../parts/common";
import { shellWord } from "../words";
import { askFleet, type FleetDocument } from "./documents";

export function Table({ document }: { document: FleetDocument }) {
	const { headings = [], cells = [], none } = document.shown;
	if (!cells.length) return <p class="note">{none}</p>;
	return <div class="wide">
		<table class="budgets answers">
			<thead><tr>{headings.map(h => <th key={h.name} scope="col" class={h.right ? "right" : ""}>{h.text}</th>)}</tr></thead>
			<tbody>{cells.map((row, r) => <tr key={r}>
				{row.map((cell, i) => <td key={i} class={headings[i]?.right ? "right" : ""} data-heading={headings[i]?.text}>{cell}</td>)}
			</tr>)}</tbody>
		</table>
	</div>;
}

export function Answer(props: { id: string; title: string; about: string; question: string; parameters?: Record<string, string>; words: string; stamp: number }) {
	const { id, title, about, question, parameters = {}, words, stamp } = props;
	const given = Object.values(parameters);
	const asked = useAsked(`${stamp} ${given}`, () => askFleet(question, parameters));
	return <Section id={id} title={title} about={about}>
		<Trouble problem={asked.problem} />
		{asked.value && <Table document={asked.value} />}
		<Command text={["unfin fleet", question, ...given.map(shellWord), words].join(" ")} />
	</Section>;
}

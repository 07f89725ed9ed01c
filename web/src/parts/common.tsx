import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Problem } from "../data/source";

export function Section(props: { id: string; title: string; about: string; aside?: ComponentChildren; children: ComponentChildren }) {
	return <section id={props.id} aria-labelledby={`${props.id}-title`}>
		<header class="section-head">
			<h2 id={`${props.id}-title`}>{props.title}</h2>
			<p>{props.about}</p>
			{props.aside}
		</header>
		{props.children}
	</section>;
}

export function Trouble({ problem }: { problem: Problem | null }) {
	if (!problem) return null;
	return <p class="trouble" role="alert">
		<strong>{problem.what}</strong>
		{problem.why && <> ({problem.why})</>}
		{problem.mend && <>; {problem.mend}</>}
	</p>;
}

// Where the clipboard may not be written, the old way still works.
async function copy(text: string): Promise<void> {
	try {
		await navigator.clipboard.writeText(text);
	} catch {
		const area = document.createElement("textarea");
		area.value = text;
		document.body.append(area);
		area.select();
		document.execCommand("copy");
		area.remove();
	}
}

export function Command({ text }: { text: string }) {
	const [copied, setCopied] = useState(false);

	useEffect(() => {
		if (!copied) return;
		const timer = setTimeout(() => setCopied(false), 2000);
		return () => clearTimeout(timer);
	}, [copied]);
	return <span class="command">
		<code>{text}</code>
		<button type="button" class="copy" onClick={() => { void copy(text).then(() => setCopied(true)); }}
			aria-label={`copy: ${text}`}>{copied ? "copied" : "copy"}</button>
	</span>;
}

export function Legend({ items }: { items: [string, string][] }) {
	return <ul class="legend">
		{items.map(([name, label]) => <li key={name}><i class={`swatch use-${name}`} />{label}</li>)}
	</ul>;
}

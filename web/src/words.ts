// Figures as the command line writes them (src/base/format.c). Sentences are not made here: documents bring them.

export function count(n: number): string {
	return Math.round(n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

export function duration(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	if (ms < 1000) return `${Math.floor(ms)} ms`;
	const scales: [number, string, number, string][] = [[86400, "d", 3600, "h"], [3600, "h", 60, "min"], [60, "min", 1, "s"]];
	for (const [size, unit, partSize, partUnit] of scales) {
		if (seconds < size) continue;
		const part = Math.floor(seconds % size / partSize);
		return `${Math.floor(seconds / size)} ${unit}${part ? ` ${part} ${partUnit}` : ""}`;
	}
	return `${seconds} s`;
}

export function short(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	if (ms < 1000) return `${Math.floor(ms)}ms`;
	const scales: [number, string][] = [[86400, "d"], [3600, "h"], [60, "m"], [1, "s"]];
	const i = scales.findIndex(([size]) => seconds >= size);
	const [size, unit] = scales[i]!;
	const next = scales[i + 1];
	const part = next ? Math.floor(seconds % size / next[0]) : 0;
	return `${Math.floor(seconds / size)}${unit}${part ? `${part}${next![1]}` : ""}`;
}

// By this reader's clock: 14:02:10; with the day where it is another one.
export function clock(at: string | number, day = false): string {
	const time = new Date(at);
	const text = time.toLocaleTimeString("en-GB", { hour12: false });
	const today = time.toDateString() === new Date().toDateString();
	return today && !day ? text : `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())} ${text}`;
}

function pad(n: number): string {
	return String(n).padStart(2, "0");
}

// A word of a command that may be pasted into a shell: no name from another host or process is anything but a word there.
export function shellWord(value: string): string {
	return /^[\w.:@%/+,-]+$/.test(value) && !value.startsWith("-") ? value : `'${value.replace(/'/g, "'\\''")}'`;
}

// A value in an expression: what is not plain stands in quotes.
export function quoted(value: string): string {
	return /^[\w.:@%[\]/-]+$/.test(value) ? value : `"${value.replace(/[\\"]/g, "\\$&")}"`;
}

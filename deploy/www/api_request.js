// api_request.js - a request as fetch sends it, and as curl does.

const FORM = "application/x-www-form-urlencoded";

function pairsOf(values) {
	return values.flatMap(({ name, value }) => [value].flat()
		.map((one) => [name, typeof one === "object" ?
			JSON.stringify(one) : String(one)]));
}

// { method, url, headers, body, pairs }; without a body those two are undefined.
export function compose(operation, base, values, encoding, token) {
	const at = (place) => values.filter((value) => value.place === place);
	const query = new URLSearchParams(pairsOf(at("query"))).toString();
	const path = at("path").reduce((whole, { name, value }) =>
		whole.replace(`{${name}}`, () => encodeURIComponent(value)),
	operation.path);
	const request = {
		method: operation.method,
		url: location.origin + base + path + (query && `?${query}`),
		headers: {},
	};

	if (operation.isProtected && token !== "")
		request.headers.Authorization = `Bearer ${token}`;
	if (!operation.hasBody)
		return request;
	if (encoding === "form") {
		request.headers["Content-Type"] = FORM;
		request.pairs = pairsOf(at("body"));
		request.body = new URLSearchParams(request.pairs).toString();
	} else {
		request.headers["Content-Type"] = "application/json";
		request.body = JSON.stringify(Object.fromEntries(
			at("body").map(({ name, value }) => [name, value])));
	}
	return request;
}

// One word for any POSIX shell, whatever is in it.
function quote(text) {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

export function toCurl({ method, url, headers, body, pairs }) {
	const words = ["curl"];

	if (method !== (body === undefined ? "GET" : "POST"))
		words.push(`-X ${method}`);
	for (const [name, value] of Object.entries(headers))
		// That is what curl says of form fields by itself.
		if (value !== FORM)
			words.push(`-H ${quote(`${name}: ${value}`)}`);
	if (pairs?.length)
		words.push(...pairs.map(([name, value]) => "--data-urlencode " +
			quote(`${encodeURIComponent(name)}=${value}`)));
	else if (body !== undefined)
		words.push(`--data-raw ${quote(body)}`);
	return [...words, quote(url)].join(" \\\n  ");
}

// Resolves to { status, reason, headers, text, time }; status 0: no answer came,
// -1: it cannot be sent.
export async function send({ method, url, headers, body }) {
	let request;

	try {
		request = new Request(url, { method, headers, body,
			credentials: "omit", cache: "no-store" });
	} catch {
		return { status: -1 };
	}
	const start = performance.now();

	try {
		const answer = await fetch(request,
			{ signal: AbortSignal.timeout(60000) });
		const text = await answer.text();

		return {
			status: answer.status, reason: answer.statusText, text,
			headers: [...answer.headers],
			time: Math.round(performance.now() - start),
		};
	} catch {
		return { status: 0 };
	}
}

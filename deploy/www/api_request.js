// api_request.js - a request as fetch sends it, and as curl does.

const FORM = "application/x-www-form-urlencoded";

function pairsOf(values, place) {
	return values.filter((one) => one.place === place)
		.flatMap(({ name, value }) => [value].flat().map((one) =>
			[name, typeof one === "object" ? JSON.stringify(one) : String(one)]));
}

// { method, url, headers, body, pairs }; pairs: form fields, with a body of them.
export function compose(operation, base, values, isForm, token) {
	const query = new URLSearchParams(pairsOf(values, "query")).toString();
	const path = pairsOf(values, "path").reduce((whole, [name, value]) =>
		whole.replace(`{${name}}`, () => encodeURIComponent(value)),
	operation.path);
	const request = {
		method: operation.method,
		url: location.origin + base + path + (query && `?${query}`),
		headers: {},
	};

	if (operation.isProtected && token)
		request.headers.Authorization = `Bearer ${token}`;
	if (!operation.hasBody)
		return request;
	request.headers["Content-Type"] = isForm ? FORM : "application/json";
	if (isForm)
		request.pairs = pairsOf(values, "body");
	request.body = isForm ? new URLSearchParams(request.pairs).toString() :
		JSON.stringify(Object.fromEntries(values
			.filter(({ place }) => place === "body")
			.map(({ name, value }) => [name, value])));
	return request;
}

// One word for any POSIX shell, whatever is in it.
function quote(text) {
	return `'${text.replaceAll("'", "'\\''")}'`;
}

export function toCurl({ method, url, headers, body, pairs }) {
	const words = Object.entries(headers)
		// Of form fields curl says that by itself.
		.filter(([, value]) => value !== FORM)
		.map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);

	if (method !== (body === undefined ? "GET" : "POST"))
		words.unshift(`-X ${method}`);
	if (pairs?.length)
		words.push(...pairs.map(([name, value]) => "--data-urlencode " +
			quote(`${encodeURIComponent(name)}=${value}`)));
	else if (body !== undefined)
		words.push(`--data-raw ${quote(body)}`);
	return `curl ${[...words, quote(url)].join(" \\\n  ")}`;
}

// Resolves to { status, reason, headers, text, time }; status 0: no answer came.
export async function send({ method, url, headers, body }) {
	const start = performance.now();

	try {
		const answer = await fetch(url, { method, headers, body,
			credentials: "omit", cache: "no-store",
			signal: AbortSignal.timeout(60000) });
		const text = await answer.text();

		return {
			status: answer.status, reason: answer.statusText,
			headers: [...answer.headers], text,
			time: Math.round(performance.now() - start),
		};
	} catch {
		return { status: 0 };
	}
}

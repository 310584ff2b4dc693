// postern.js - a client of Postern for any page: logins, tokens, requests.
// It shows nothing and needs no other file.
//
//	import { login, logout, request } from "./postern.js";
//	await login({ username, password });
//	const answer = await request("GET", "/api/hello/");
//
// The access token is kept in memory, the refresh token where all tabs of the
// site find it, or in a cookie where the site is configured so. A request that
// is answered 401 is sent once more with a new access token; of several tabs
// one asks for it at a time.

const STORE = "postern.session";
const paths = {
	login: "/api/token/",
	refresh: "/api/token/refresh/",
	logout: "/api/token/blacklist/",
};
const listeners = new Set();
const tabs = "BroadcastChannel" in globalThis
	? new BroadcastChannel(STORE) : null;
const memory = {};
let access = null;
let accessOf = 0; // the login that it is of
let renewal = null; // the promise of a refresh that is under way

// What the browser keeps for this site under a name; null: nothing. Where it
// keeps nothing at all, this page does.
export function stored(name) {
	try {
		return localStorage.getItem(name);
	} catch {
		return memory[name] ?? null;
	}
}

// null: no longer. Returns false when it goes with this page.
export function store(name, value) {
	memory[name] = value;
	try {
		if (value === null)
			localStorage.removeItem(name);
		else
			localStorage.setItem(name, value);
		return true;
	} catch {
		return false;
	}
}

// { login, refresh, isSent }: which login it is, the refresh token, not there
// where it is in a cookie, and whether the browser sends the access token as
// well; null: nobody is logged in.
function read(text) {
	try {
		const found = JSON.parse(text);

		return Number.isInteger(found.login) ? found : null;
	} catch {
		return null;
	}
}

function session() {
	return read(stored(STORE));
}

function tell() {
	for (const listener of listeners)
		listener(isLoggedIn());
}

// What an answer brought; null: the login has ended. Returns false when it will
// be forgotten with this page.
function keep(tokens, login) {
	access = tokens?.access ?? null;
	accessOf = login;
	const isKept = store(STORE, tokens && JSON.stringify({
		login, refresh: tokens.refresh, isSent: tokens.access === undefined,
	}));

	tabs?.postMessage({ access, accessOf });
	return isKept;
}

// Resolves to { status, data, headers }; status 0 means that no answer came.
export async function send(method, path, fields, bearer) {
	const headers = {};

	if (fields !== undefined)
		headers["Content-Type"] = "application/json";
	if (bearer)
		headers.Authorization = `Bearer ${bearer}`;
	try {
		const answer = await fetch(path, {
			method, headers, credentials: "same-origin", cache: "no-store",
			body: fields === undefined ? undefined : JSON.stringify(fields),
		});
		const text = await answer.text();
		let data = {};

		try {
			data = JSON.parse(text || "{}");
		} catch {
			data = { detail: `The site answered ${answer.status}.` };
		}
		return { status: answer.status, data, headers: answer.headers };
	} catch {
		return { status: 0, data: { detail: "The site does not answer." } };
	}
}

export function isGood(answer) {
	return answer.status >= 200 && answer.status < 300;
}

export function isLoggedIn() {
	return session() !== null;
}

// Whether the access token is in a cookie.
export function isAccessSent() {
	return session()?.isSent === true;
}

// The access token; null where there is none, or where it is in a cookie.
export function accessToken() {
	return access;
}

// { header, claims } of a token, which are not checked here; null: it is none.
export function decode(token) {
	try {
		const [header, claims] = token.split(".", 2).map((part) =>
			JSON.parse(new TextDecoder().decode(Uint8Array.from(
				atob(part.replaceAll("-", "+").replaceAll("_", "/")),
				(byte) => byte.charCodeAt(0)))));

		return header.alg && claims instanceof Object ? { header, claims } : null;
	} catch {
		return null;
	}
}

// fields: { username, password }, and otp and remember where they are wanted.
// 401 with the code otp_required asks for otp. A good answer says isKept: false
// when the browser keeps nothing, and the login goes with this page.
export async function login(fields) {
	const answer = await send("POST", paths.login, fields);

	if (isGood(answer)) {
		answer.isKept = keep(answer.data, Date.now());
		tell();
	}
	return answer;
}

// Of this and all other tabs one at a time: a refresh token is good once.
async function exchange(known) {
	const kept = session();

	if (kept === null)
		return { status: 401, data: { detail: "You are not logged in." } };
	// Another tab was faster, and its message is here already.
	if (access !== null && access !== known)
		return { status: 200, data: {} };
	const answer = await send("POST", paths.refresh,
		kept.refresh === undefined ? {} : { refresh: kept.refresh });

	if (isGood(answer)) {
		keep({ refresh: kept.refresh, ...answer.data }, kept.login);
	} else if ([400, 401].includes(answer.status)) {
		keep(null);
		tell();
	}
	return answer;
}

// The lock is kept until the other tabs have heard of the new tokens: nothing
// says that the message is there before the lock is.
function inTurn(known) {
	return new Promise((resolve) => {
		navigator.locks.request(STORE, async () => {
			resolve(exchange(known));
			await renewal;
			await new Promise((done) => {
				setTimeout(done, 100);
			});
		});
	});
}

// Asks for a new access token. Resolves to the answer; after 401 nobody is
// logged in any more.
export function refresh() {
	const known = access;

	renewal ??= (navigator.locks
		? inTurn(known)
		: exchange(known)).finally(() => {
		renewal = null;
	});
	return renewal;
}

// A request in the name of who is logged in; as send. 401 with nobody logged
// in afterwards means that the login has ended.
export async function request(method, path, fields) {
	if (!isLoggedIn())
		return send(method, path, fields);
	if (access === null && !session().isSent) {
		const answer = await refresh();

		if (!isGood(answer))
			return answer;
	}
	const used = access;
	const answer = await send(method, path, fields, used);

	if (answer.status !== 401)
		return answer;
	if (used === access) {
		const renewed = await refresh();

		if (!isGood(renewed))
			return renewed;
	}
	return send(method, path, fields, access);
}

// Ends the session, here and at the site. Only a site that does not answer, or
// does not want to, keeps it.
export async function logout() {
	const refresh = session()?.refresh;
	const answer = await send("POST", paths.logout,
		refresh === undefined ? {} : { refresh });

	if (isGood(answer) || answer.status === 401 || answer.status === 400)
		forget();
	return answer;
}

// Forgets the tokens without asking the site: for a session that has ended
// there.
export function forget() {
	keep(null);
	tell();
}

// listener(isLoggedIn) is called when somebody logs in or out, in any tab.
export function onChange(listener) {
	listeners.add(listener);
}

tabs?.addEventListener("message", (event) => {
	({ access, accessOf } = event.data);
});
addEventListener("storage", (event) => {
	const login = read(event.newValue)?.login;

	// Not for a refresh of another tab.
	if (![STORE, null].includes(event.key) ||
		login === read(event.oldValue)?.login)
		return;
	if (login !== accessOf)
		access = null;
	tell();
});

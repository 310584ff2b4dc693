// link.js - takes the fragment of a letter's link out of the address bar, before
// anything else is loaded. The browser's own history of addresses may have it.
globalThis.fragment = location.hash;
if (location.hash !== "")
	history.replaceState(null, "", location.pathname + location.search);

// en.js - what the programs say to clients, said to people.
export const sentences = {
	"No active account found with the given credentials":
		"There is no active account with this username and password.",
	"Authentication credentials were not provided.": "You are not signed in.",
	"Invalid password.": "The password is wrong.",
	"Invalid user id or user doesn't exist.": "This link is no good.",
	"Invalid token for given user.": "This link is no good, or no longer.",
	"Stale token for given user.": "This account is active already.",
	"Invalid invitation.": "This invitation is no good, or no longer.",
};

export const patterns = [
	[/^Request was throttled\. Expected available in (\d+) seconds?\.$/,
		(all, n) => n < 120
			? `Too many attempts. Try again in ${n} seconds.`
			: `Too many attempts. Try again in ${Math.ceil(n / 60)} minutes.`],
];

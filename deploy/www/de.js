// de.js - the pages in German. {NAME} stands for a value.
export const sentences = {
	// All pages
	"Pages": "Seiten",
	"Home": "Start",
	"Account": "Konto",
	"Language": "Sprache",
	"One moment …": "Einen Moment …",
	"Please look at the form again.": "Bitte sieh noch einmal in das Formular.",
	"The site does not answer.": "Die Website antwortet nicht.",
	"You are not logged in.": "Du bist nicht angemeldet.",

	// Fields
	"Username": "Benutzername",
	"E-mail address": "E-Mail-Adresse",
	"Password": "Passwort",
	"Current password": "Bisheriges Passwort",
	"New password": "Neues Passwort",
	"The same once more": "Dasselbe noch einmal",
	"One-time code": "Einmalcode",
	"New username": "Neuer Benutzername",
	"New e-mail address": "Neue E-Mail-Adresse",
	"First name": "Vorname",
	"Last name": "Nachname",
	"At least {n} characters": "Mindestens {n} Zeichen",
	"Not of digits alone": "Nicht nur Ziffern",
	"Not like your name or address, and not a common one":
		"Nicht wie dein Name oder deine Adresse, und nicht verbreitet",
	"{rule}: done": "{rule}: erfüllt",
	"The two passwords differ.": "Die beiden Passwörter sind verschieden.",

	// Sign in, sign up
	"Sign in": "Anmelden",
	"Sign up": "Registrieren",
	"Sign out": "Abmelden",
	"Type the code that your app shows, or a recovery code.":
		"Gib den Code ein, den deine App zeigt, oder einen Wiederherstellungscode.",
	"Please sign in.": "Bitte melde dich an.",
	"This browser keeps nothing for this site, so you cannot stay signed in.":
		"Dieser Browser behält nichts für diese Website; so kannst du nicht angemeldet bleiben.",
	"You were signed out. What you have typed is still here.":
		"Du wurdest abgemeldet. Was du getippt hast, ist noch da.",
	"Keep me signed in for longer": "Länger angemeldet bleiben",
	"Forgot your password?": "Passwort vergessen?",
	"Forgot your username?": "Benutzername vergessen?",
	"Your account is ready. You can sign in now.":
		"Dein Konto ist bereit. Du kannst dich jetzt anmelden.",
	"Check your mail: open the link in the letter that we send to {email}.":
		"Sieh in deine Post: Öffne den Link in der E-Mail, die wir an {email} senden.",
	"Signing up is by invitation: open the link of its letter.":
		"Registrieren kann sich, wer eingeladen ist: Öffne den Link der Einladung.",
	"No letter?": "Keine E-Mail?",
	"Send it again": "Noch einmal senden",

	// Behind the links of letters
	"Activate your account": "Konto aktivieren",
	"Activate my account": "Mein Konto aktivieren",
	"One click, and you can sign in.": "Ein Klick, und du kannst dich anmelden.",
	"Your account is active. You can sign in now.":
		"Dein Konto ist aktiv. Du kannst dich jetzt anmelden.",
	"This page is opened by the link of a letter.":
		"Diese Seite öffnet der Link einer E-Mail.",
	"This page is opened by the link of a letter. Is it lost, used or too old? Then we write you another.":
		"Diese Seite öffnet der Link einer E-Mail. Ist er verloren, verbraucht oder zu alt? Dann schreiben wir dir noch einmal.",
	"This page is opened by the link of a letter. Is it lost, used or too old? Then ask for the change once more.":
		"Diese Seite öffnet der Link einer E-Mail. Ist er verloren, verbraucht oder zu alt? Dann ändere die Adresse noch einmal.",
	"Send me a new link": "Neuen Link senden",
	"Send me a link": "Link senden",
	"Send me a letter": "E-Mail senden",
	"If there is an account to do this for, a letter is on its way. If none comes, ask again in a minute.":
		"Wenn es ein Konto dafür gibt, ist eine E-Mail unterwegs. Kommt keine, versuche es in einer Minute noch einmal.",
	"Reset your password": "Passwort zurücksetzen",
	"We write to the address of your account. The link in the letter lets you choose a new password.":
		"Wir schreiben an die Adresse deines Kontos. Mit dem Link in der E-Mail wählst du ein neues Passwort.",
	"The new password ends all your sessions; sign in again with it.":
		"Das neue Passwort beendet alle deine Sitzungen; melde dich damit wieder an.",
	"Set the new password": "Neues Passwort setzen",
	"Your password is set. You can sign in with it now.":
		"Dein Passwort ist gesetzt. Du kannst dich jetzt damit anmelden.",
	"Forgotten username": "Benutzername vergessen",
	"We write your username to the address of your account. The link in the letter lets you choose another one.":
		"Wir schreiben deinen Benutzernamen an die Adresse deines Kontos. Mit dem Link in der E-Mail wählst du einen anderen.",
	"Set the new username": "Neuen Benutzernamen setzen",
	"Your username is changed. You can sign in with it now.":
		"Dein Benutzername ist geändert. Du kannst dich jetzt damit anmelden.",
	"Confirm your new address": "Neue Adresse bestätigen",
	"Confirm the address": "Adresse bestätigen",
	"One click, and your account has this address. You are signed out everywhere; sign in again then.":
		"Ein Klick, und dein Konto hat diese Adresse. Du wirst überall abgemeldet; melde dich dann wieder an.",
	"Your account has this address now. You can sign in again.":
		"Dein Konto hat jetzt diese Adresse. Du kannst dich wieder anmelden.",
	"Take your account back": "Konto zurückholen",
	"Take my account back": "Mein Konto zurückholen",
	"One click, and your account has its old address again. Everybody is signed out, the password counts no more, and we send you a letter with which you choose another.":
		"Ein Klick, und dein Konto hat wieder seine alte Adresse. Alle werden abgemeldet, das Passwort gilt nicht mehr, und wir senden dir eine E-Mail, mit der du ein anderes wählst.",
	"Your account has its old address again. Choose a new password with the letter that we send you.":
		"Dein Konto hat wieder seine alte Adresse. Wähle ein neues Passwort mit der E-Mail, die wir dir senden.",

	// Home
	"User accounts and JSON Web Tokens for a site of your own":
		"Benutzerkonten und JSON Web Tokens für die eigene Website",
	"These pages talk to the same endpoints as any client of Simple JWT and djoser does.":
		"Diese Seiten sprechen mit denselben Endpunkten wie jeder Client von Simple JWT und djoser.",
	"Signed in": "Angemeldet",
	"You are signed in as {username}.": "Du bist angemeldet als {username}.",
	"A protected endpoint answers to an access token alone:":
		"Ein geschützter Endpunkt antwortet nur auf ein Access Token:",
	"Ask /api/hello/": "/api/hello/ fragen",
	"Your access token": "Dein Access Token",
	"The access token is in a cookie that no script can read.":
		"Das Access Token steht in einem Cookie, das kein Skript lesen kann.",
	"The access token has expired; the next request gets another one.":
		"Das Access Token ist abgelaufen; die nächste Anfrage holt ein neues.",
	"The access token expires in {minutes}:{seconds}.":
		"Das Access Token läuft in {minutes}:{seconds} ab.",
	"The same from a terminal": "Dasselbe im Terminal",
	"Sign up, then open the link of the letter:":
		"Registriere dich, dann öffne den Link der E-Mail:",
	"Log in; the answer holds a refresh and an access token:":
		"Melde dich an; die Antwort enthält ein Refresh Token und ein Access Token:",
	"Say hello with the access token:": "Sage Hallo mit dem Access Token:",

	// The account
	"Your account": "Dein Konto",
	"Save": "Speichern",
	"Saved.": "Gespeichert.",
	"Change it": "Ändern",
	"Change the address": "Adresse ändern",
	"We have written to the new address. Nothing changes before you open the link in that letter.":
		"Wir haben an die neue Adresse geschrieben. Nichts ändert sich, bevor du den Link in dieser E-Mail öffnest.",
	"Change the username": "Benutzernamen ändern",
	"Change the password": "Passwort ändern",
	"Your password is changed.": "Dein Passwort ist geändert.",
	"Two-step login": "Anmeldung in zwei Schritten",
	"With it a login asks for a code from an app on your phone as well.":
		"Damit fragt eine Anmeldung auch nach einem Code aus einer App auf deinem Telefon.",
	"Set it up": "Einrichten",
	"Begin": "Beginnen",
	"Let the app scan this picture, or type the secret into it:":
		"Lass die App dieses Bild lesen, oder tippe das Geheimnis ein:",
	"QR code of the secret": "QR-Code des Geheimnisses",
	"The code that the app shows": "Der Code, den die App zeigt",
	"Switch it on": "Einschalten",
	"It is on.": "Sie ist eingeschaltet.",
	"{n} recovery codes are left.": "{n} Wiederherstellungscodes sind übrig.",
	"New recovery codes": "Neue Wiederherstellungscodes",
	"Make new codes": "Neue Codes erzeugen",
	"Switch it off": "Ausschalten",
	"Two-step login is off.": "Die Anmeldung in zwei Schritten ist ausgeschaltet.",
	"Recovery codes": "Wiederherstellungscodes",
	"Each stands in for a code of the app, once. Write them down: they are shown only now.":
		"Jeder ersetzt einmal einen Code der App. Schreibe sie auf: Sie werden nur jetzt gezeigt.",
	"Where you are signed in": "Wo du angemeldet bist",
	"{agent}: from {address}, last used {when}":
		"{agent}: von {address}, zuletzt benutzt {when}",
	"unknown program": "unbekanntes Programm",
	"This one: sign out": "Diese hier: abmelden",
	"End it": "Beenden",
	"Sign out everywhere": "Überall abmelden",
	"The end": "Das Ende",
	"Delete the account": "Konto löschen",
	"All of it is gone then, at once and for good.":
		"Alles ist dann weg, sofort und für immer.",
	"Delete my account": "Mein Konto löschen",
	"Your account is deleted.": "Dein Konto ist gelöscht.",

	// What the programs say
	"This field is required.": "Dieses Feld ist nötig.",
	"Enter a valid email address.": "Das ist keine E-Mail-Adresse.",
	"Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.":
		"Ein Benutzername hat nur Buchstaben, Ziffern und die Zeichen @ . + - _.",
	"This username is not available.": "Dieser Benutzername ist nicht zu haben.",
	"A username with @ in it must be the own email address.":
		"Ein Benutzername mit @ muss die eigene E-Mail-Adresse sein.",
	"A user with that username already exists.":
		"Diesen Benutzernamen gibt es schon.",
	"Control characters are not allowed.": "Steuerzeichen sind nicht erlaubt.",
	"This password is too common.": "Dieses Passwort ist zu verbreitet.",
	"This password is entirely numeric.":
		"Dieses Passwort besteht nur aus Ziffern.",
	"No active account found with the given credentials":
		"Kein aktives Konto mit diesen Angaben gefunden.",
	"A one-time code is required.": "Ein Einmalcode ist nötig.",
	"The one-time code is not valid.": "Der Einmalcode gilt nicht.",
	"Authentication credentials were not provided.":
		"Du bist nicht angemeldet.",
	"Invalid password.": "Das Passwort ist falsch.",
	"Invalid user id or user doesn't exist.": "Dieser Link gilt nicht.",
	"Invalid token for given user.": "Dieser Link gilt nicht oder nicht mehr.",
	"Stale token for given user.": "Dieses Konto ist schon aktiv.",
	"Invalid invitation.": "Diese Einladung gilt nicht oder nicht mehr.",
	"Registration is closed.": "Die Registrierung ist geschlossen.",
	"Service temporarily unavailable, try again later.":
		"Der Dienst ist gerade nicht verfügbar, versuche es später noch einmal.",
};

// What is said with a number or a name in it, by the programs and by us.
export const patterns = [
	[/^Request was throttled\. Expected available in (\d+) seconds?\.$/,
		(all, n) => n < 120
			? `Zu viele Versuche. In ${n} Sekunden geht es wieder.`
			: `Zu viele Versuche. In ${Math.ceil(n / 60)} Minuten geht es wieder.`],
	[/^The password is too similar to the [a-z ]+\.$/,
		"Das Passwort ist deinem Namen oder deiner Adresse zu ähnlich."],
	[/^This password is too short\. It must contain at least (\d+) characters?\.$/,
		"Dieses Passwort ist zu kurz. Es muss mindestens $1 Zeichen haben."],
	[/^Ensure this field has no more than (\d+) characters\.$/,
		"Dieses Feld hat höchstens $1 Zeichen."],
	[/^Ensure this field has no more than (\d+) bytes\.$/,
		"Dieses Feld hat höchstens $1 Bytes."],
	[/^The site answered (\d+)\.$/, "Die Website antwortete $1."],
];

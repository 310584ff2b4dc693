// de_api.js - the API console in German, beside what de.js says.
export const sentences = {
	// The page
	"API console": "API-Konsole",
	"To the endpoint": "Zum Endpunkt",
	"Every endpoint of this site, to read about and to try. What you send here is real: accounts are made, changed and deleted.":
		"Alle Endpunkte dieser Website zum Nachlesen und Ausprobieren. Was du hier sendest, ist echt: Konten werden angelegt, geändert und gelöscht.",
	"Endpoints": "Endpunkte",
	"List of endpoints": "Liste der Endpunkte",
	"Other": "Andere",
	"The description of the API cannot be loaded. Reload the page to try again.":
		"Die Beschreibung der API lässt sich nicht laden. Lade die Seite neu.",
	"How it works": "So geht es",
	"Choose an endpoint in the list.": "Wähle einen Endpunkt in der Liste.",
	"Fill in its fields and send the request; the answer appears below it.":
		"Fülle seine Felder aus und sende die Anfrage; die Antwort erscheint darunter.",
	"The access token of a login is kept for the requests after it.":
		"Das Access Token einer Anmeldung dient auch den Anfragen danach.",

	// Tokens
	"Access token": "Access Token",
	"Forget it": "Vergessen",
	"A login in this console fills this place. Endpoints that ask for a token get it as Authorization: Bearer. It stays in the memory of this page; closing or reloading the page forgets it.":
		"Eine Anmeldung in dieser Konsole füllt dieses Feld. Endpunkte, die ein Token verlangen, bekommen es als Authorization: Bearer. Es bleibt im Speicher dieser Seite, bis du sie schließt oder neu lädst.",
	"It expires on {time}.": "Es läuft ab am {time}.",
	"It has expired on {time}.": "Es ist abgelaufen am {time}.",
	"This is no token that expires.": "Das ist kein Token, das abläuft.",
	"Read by this page alone; the signature is not checked.":
		"Nur von dieser Seite gelesen; die Signatur ist nicht geprüft.",
	"When it expires:": "Läuft ab:",
	"When it was issued:": "Ausgestellt:",
	"Until when it can be refreshed:": "Erneuerbar bis:",

	// The request
	"This endpoint asks for an access token.": "Dieser Endpunkt verlangt ein Access Token.",
	"It is also known as": "Er heißt auch",
	"Try it": "Ausprobieren",
	"There is nothing to fill in.": "Es gibt nichts auszufüllen.",
	"text": "Text",
	"yes or no": "ja oder nein",
	"whole number": "ganze Zahl",
	"number": "Zahl",
	"list, one a line": "Liste, je Zeile eines",
	"JSON object": "JSON-Objekt",
	"required": "nötig",
	"in the path": "im Pfad",
	"in the query": "in der Query",
	"at most {count} characters": "höchstens {count} Zeichen",
	"as the setting {name} says": "je nach der Einstellung {name}",
	"Yes": "Ja",
	"Send this field": "Mitsenden",
	"Send the body as": "Inhalt senden als",
	"Form fields": "Formularfelder",
	"Send the request": "Anfrage senden",
	"Copy the command": "Befehl kopieren",
	"Show passwords and tokens; the copy has them anyway":
		"Passwörter und Tokens zeigen; die Kopie enthält sie immer",
	"The command is copied.": "Der Befehl ist kopiert.",
	"This browser does not let the page copy. The command is marked: copy it yourself.":
		"Dieser Browser lässt die Seite nicht kopieren. Der Befehl ist markiert: Kopiere ihn selbst.",

	// The answer
	"Answer": "Antwort",
	"No request has been sent yet.": "Es ist noch keine Anfrage gesendet.",
	"The site does not answer. Is the network there?":
		"Die Website antwortet nicht. Ist das Netz da?",
	"Body": "Inhalt",
	"Headers": "Kopfzeilen",
	"What it can answer": "Mögliche Antworten",
};

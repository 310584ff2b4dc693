// api_schema.js - reads an OpenAPI document: its operations, their fields.

const METHODS = ["get", "post", "put", "patch", "delete"];
let root = {};

// What a $ref points to; what stands beside it counts more.
function resolve(value = {}, depth = 0) {
	const { $ref, ...beside } = value;

	if ($ref === undefined || depth > 9)
		return value;
	const target = $ref.slice(2).split("/").reduce((place, name) =>
		place?.[name.replaceAll("~1", "/").replaceAll("~0", "~")], root);

	return { ...resolve(target, depth + 1), ...beside };
}

// A schema with all that allOf adds, and the properties of alternatives.
function flatten(given, depth = 0) {
	const { allOf = [], anyOf = [], oneOf = [], ...own } = resolve(given);
	const inner = (list) => depth > 9 ? [] :
		list.map((one) => flatten(one, depth + 1));

	return [
		...inner([...anyOf, ...oneOf]).filter((one) => one.type !== "null")
			.map((one) => ({ ...one, required: [] })),
		...inner(allOf), own,
	].reduce((whole, part) => ({
		...whole, ...part,
		properties: { ...whole.properties, ...part.properties },
		required: [...whole.required, ...part.required ?? []],
	}), { properties: {}, required: [] });
}

function typeOf(schema) {
	return [schema.type].flat().find((name) => name !== "null") ?? "string";
}

function toField(name, place, isRequired, given) {
	const schema = flatten(given);
	const type = typeOf(schema);

	return {
		name, place, type, isRequired,
		items: typeOf(flatten(schema.items)),
		choices: schema.enum,
		maximum: schema.maxLength,
		setting: schema["x-setting"],
		isSecret: schema.format === "password" ||
			type === "string" && /password|secret/.test(name),
		description: schema.description,
	};
}

function parametersOf(given) {
	return given.map((one) => resolve(one))
		.filter((one) => ["path", "query"].includes(one.in))
		.map(({ name, in: place, required, schema, description }) =>
			toField(name, place, required === true,
				{ ...resolve(schema), ...description && { description } }));
}

function bodyOf({ content = {} }) {
	const { properties, required } = flatten(
		(content["application/json"] ?? Object.values(content)[0])?.schema);

	return Object.entries(properties).map(([name, schema]) =>
		toField(name, "body", required.includes(name), schema));
}

function toResponse([status, given]) {
	const { description, content = {} } = resolve(given);
	const { example, examples = {} } = Object.values(content)[0] ?? {};
	const all = Object.values(examples).map((one) => resolve(one).value);

	return {
		status, description,
		examples: example === undefined ? all : [example, ...all],
	};
}

function toOperation(method, path, given, shared = []) {
	const security = given.security ?? root.security ?? [];

	return {
		id: given.operationId, method: method.toUpperCase(), path,
		summary: given.summary ?? path,
		description: given.description ?? "",
		tag: given.tags?.[0] ?? "",
		also: given["x-also"] ?? [],
		isProtected: security.some((one) => Object.keys(one).length > 0),
		hasBody: given.requestBody !== undefined,
		fields: [...parametersOf([...shared, ...given.parameters ?? []]),
			...bodyOf(resolve(given.requestBody))],
		responses: Object.entries(given.responses ?? {}).map(toResponse),
	};
}

// Returns { about, base, groups }: Map of tag to operations, in their order.
export function read(given) {
	const groups = new Map((given.tags ?? []).map((tag) => [tag.name, []]));

	root = given;
	for (const [path, item] of Object.entries(root.paths))
		for (const method of METHODS.filter((name) => item[name])) {
			const one = toOperation(method, path, item[method], item.parameters);

			groups.set(one.tag, [...groups.get(one.tag) ?? [], one]);
		}
	return {
		groups,
		about: root.info.description ?? "",
		base: new URL(root.servers?.[0]?.url ?? "/", location.origin)
			.pathname.replace(/\/$/, ""),
	};
}

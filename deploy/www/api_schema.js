// api_schema.js - reads an OpenAPI document: its operations, their fields.

const METHODS = ["get", "post", "put", "patch", "delete"];
const SECRET = /password|secret/;

let root = {};

// What a $ref points to; what stands beside it counts more.
function resolve(value, depth = 0) {
	if (value?.$ref === undefined || depth > 16)
		return value ?? {};
	const { $ref, ...beside } = value;
	const target = $ref.slice(2).split("/").reduce((place, name) =>
		place?.[decodeURIComponent(name).replaceAll("~1", "/")
			.replaceAll("~0", "~")], root);

	return { ...resolve(target, depth + 1), ...beside };
}

// A schema with all that allOf adds, and the properties of its alternatives.
function flatten(schema, depth = 0) {
	const { allOf = [], anyOf = [], oneOf = [], ...own } = resolve(schema);
	const whole = { ...own };

	if (depth > 16)
		return whole;
	const parts = [...allOf.map((part) => [part, true]),
		...[...anyOf, ...oneOf].map((part) => [part, false])];

	for (const [part, isAll] of parts) {
		const { properties, required = [], ...rest } = flatten(part, depth + 1);

		if (properties)
			whole.properties = { ...properties, ...whole.properties };
		if (isAll)
			whole.required = [...whole.required ?? [], ...required];
		if (rest.type !== "null")
			Object.assign(whole, { ...rest, ...whole });
	}
	return whole;
}

function typeOf(schema) {
	const type = [schema.type].flat().find((name) => name !== "null");

	return type ?? (schema.properties ? "object" : "string");
}

function toField(name, place, given, more) {
	const schema = flatten(given);
	const type = typeOf(schema);

	return {
		name, place, type,
		items: type === "array" ? typeOf(flatten(schema.items)) : undefined,
		choices: schema.enum,
		maximum: schema.maxLength,
		isSecret: schema.format === "password" ||
			(type === "string" && SECRET.test(name)),
		description: schema.description,
		...more,
	};
}

function parametersOf(given) {
	const found = new Map();

	for (const parameter of given.map((one) => resolve(one)))
		if (["path", "query"].includes(parameter.in))
			found.set(`${parameter.in} ${parameter.name}`, parameter);
	return [...found.values()].map((parameter) => toField(parameter.name,
		parameter.in, parameter.schema, {
			isRequired: parameter.in === "path" || parameter.required === true,
			...(parameter.description && { description: parameter.description }),
		}));
}

function bodyOf(operation) {
	const content = resolve(operation.requestBody).content ?? {};
	const given = content["application/json"] ?? Object.values(content)[0];
	const schema = flatten(given?.schema);

	return Object.entries(schema.properties ?? {})
		.filter(([, property]) => !resolve(property).readOnly)
		.map(([name, property]) => toField(name, "body", property, {
			isRequired: (schema.required ?? []).includes(name),
		}));
}

function examplesOf(response) {
	const content = Object.values(response.content ?? {})[0] ?? {};
	const several = Object.values(content.examples ?? {})
		.map((example) => resolve(example).value);
	const all = content.example === undefined ?
		several : [content.example, ...several];

	return all.length ? all : resolve(content.schema).examples ?? [];
}

function responsesOf(operation) {
	return Object.entries(operation.responses ?? {}).map(([status, given]) => {
		const response = resolve(given);

		return {
			status, description: response.description ?? "",
			examples: examplesOf(response),
		};
	});
}

function toOperation(method, path, given, item) {
	const security = given.security ?? root.security ?? [];
	const parameters = [...item.parameters ?? [], ...given.parameters ?? []];

	return {
		id: given.operationId ?? `${method}${path}`,
		method: method.toUpperCase(), path,
		summary: given.summary ?? path,
		description: given.description ?? "",
		tag: given.tags?.[0] ?? "",
		also: [given["x-also"] ?? []].flat(),
		isProtected: security.some((one) => Object.keys(one).length > 0),
		hasBody: given.requestBody !== undefined,
		fields: [...parametersOf(parameters), ...bodyOf(given)],
		responses: responsesOf(given),
	};
}

// Returns { about, groups: Map of tag to operations, base } of a document.
export function read(given) {
	const groups = new Map((given.tags ?? []).map((tag) => [tag.name, []]));

	root = given;
	for (const [path, reference] of Object.entries(root.paths ?? {})) {
		const item = resolve(reference);

		for (const method of METHODS.filter((name) => item[name])) {
			const operation = toOperation(method, path, item[method], item);

			groups.set(operation.tag,
				[...groups.get(operation.tag) ?? [], operation]);
		}
	}
	for (const [tag, operations] of groups)
		if (operations.length === 0)
			groups.delete(tag);
	return {
		groups,
		about: root.info?.description ?? "",
		base: new URL(root.servers?.[0]?.url ?? "/", location.origin)
			.pathname.replace(/\/$/, ""),
	};
}

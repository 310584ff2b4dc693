// verify_jose.js - which tokens of the standard input npm's jose takes.
'use strict'

const { createLocalJWKSet, jwtVerify } = require('jose')
const { readFileSync } = require('node:fs')

const { jwks, secret, tokens, ...expected } = JSON.parse(readFileSync(0))
const key = jwks ? createLocalJWKSet(jwks) : new TextEncoder().encode(secret)
const options = {
  algorithms: [expected.algorithm],
  audience: expected.audience,
  issuer: expected.issuer
}

async function refusal (token) {
  try {
    await jwtVerify(token, key, options)
    return null
  } catch (error) {
    return `${error.code}: ${error.message}`
  }
}

async function main () {
  const refusals = {}
  for (const name in tokens) refusals[name] = await refusal(tokens[name])
  console.log(JSON.stringify(refusals))
}

main()

// verify_jsonwebtoken.js - which tokens of the standard input npm's
// jsonwebtoken takes.
'use strict'

const { createPublicKey } = require('node:crypto')
const { readFileSync } = require('node:fs')
const jsonwebtoken = require('jsonwebtoken')

const { jwks, secret, tokens, ...expected } = JSON.parse(readFileSync(0))
const options = {
  algorithms: [expected.algorithm],
  audience: expected.audience,
  issuer: expected.issuer
}

function findKey (header, done) {
  if (secret) return done(null, secret)
  const jwk = jwks.keys.find(({ kid }) => kid === header.kid)
  if (!jwk) return done(new Error('no such kid'))
  done(null, createPublicKey({ key: jwk, format: 'jwk' }))
}

function refusal (token) {
  return new Promise(resolve => {
    jsonwebtoken.verify(token, findKey, options, error => {
      resolve(error ? `${error.name}: ${error.message}` : null)
    })
  })
}

async function main () {
  const refusals = {}
  for (const name in tokens) refusals[name] = await refusal(tokens[name])
  console.log(JSON.stringify(refusals))
}

main()

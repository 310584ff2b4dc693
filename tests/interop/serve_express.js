// serve_express.js - a route of express, protected by jsonwebtoken, which
// finds keys by jwks-rsa in the JWK set at JWKS_URL.
'use strict'

const express = require('express')
const jsonwebtoken = require('jsonwebtoken')
const jwksRsa = require('jwks-rsa')

const { JWKS_URL, ALGORITHMS, ISSUER, AUDIENCE } = process.env
const client = jwksRsa({ jwksUri: JWKS_URL, cache: true })
const options = {
  algorithms: ALGORITHMS.split(','),
  issuer: ISSUER,
  audience: AUDIENCE
}

function findKey ({ kid }, done) {
  client.getSigningKey(kid, (error, key) => {
    done(error, key && key.getPublicKey())
  })
}

function protect (request, response, next) {
  const [scheme, token] = (request.get('Authorization') || '').split(' ')
  if (scheme !== 'Bearer') return response.sendStatus(401)
  jsonwebtoken.verify(token, findKey, options, (error, claims) => {
    if (error) return response.status(401).json({ error: error.message })
    request.user = claims.user_id
    next()
  })
}

const app = express()
app.get('/', protect, (request, response) => {
  response.json({ user: request.user })
})
const server = app.listen(0, '127.0.0.1', () => {
  console.log(server.address().port)
})

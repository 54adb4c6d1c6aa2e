// Writes openapi.json from src/serve/api.hpp and the list of routes below, for as long as no server runs that could be
// asked for it (`npm run client` does that). The structs of api.hpp are plain enough to be read line by line.
import { readFileSync, writeFileSync } from 'node:fs'
import { routes } from './routes.mjs'

const source = readFileSync(new URL('../../src/serve/api.hpp', import.meta.url), 'utf8')
const ids = new Set([...source.matchAll(/\b([A-Z]\w*Id)\b/g)].map((match) => match[1]))

const plain = {
  'std::string': { type: 'string' },
  bool: { type: 'boolean' },
  int: { type: 'integer' },
  'std::int64_t': { type: 'integer', format: 'int64' },
  double: { type: 'number' },
  Time: { type: 'string', format: 'date-time' },
  object: { type: 'object', additionalProperties: true },
  'boost::json::value': {},
}

function schemaOf(type) {
  const vector = /^std::vector<(.+)>$/.exec(type)
  if (vector) return { type: 'array', items: schemaOf(vector[1]) }
  const table = /^std::map<std::string, ?(.+)>$/.exec(type)
  if (table) return { type: 'object', additionalProperties: schemaOf(table[1]) }
  if (plain[type]) return { ...plain[type] }
  if (ids.has(type)) return { type: 'string', minLength: 13, maxLength: 13 }
  return { $ref: `#/components/schemas/${type}` }
}

function structsOf(text) {
  const bare = text.replace(/\/\/.*$/gm, '')
  const schemas = {}
  for (const [, name, body] of bare.matchAll(/struct (\w+) \{([^}]*)\};/g)) {
    const properties = {}
    const required = []
    for (const statement of body
      .split(';')
      .map((part) => part.trim())
      .filter(Boolean)) {
      const match = /^((?:[\w:]+)(?:<.*>)?)\s+(.+)$/s.exec(statement)
      if (!match) throw new Error(`${name}: cannot read '${statement}'`)
      const optional = /^std::optional<(.+)>$/.exec(match[1])
      for (const field of match[2].split(',').map((part) => part.trim())) {
        properties[field] = schemaOf(optional ? optional[1] : match[1])
        if (!optional) required.push(field)
      }
    }
    schemas[name] = { type: 'object', properties, ...(required.length ? { required } : {}) }
  }
  return schemas
}

const words = { type: 'object', properties: { zh: { type: 'string' }, en: { type: 'string' } }, required: ['zh', 'en'] }
const problem = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    request_id: { type: 'string' },
    current_version: { type: 'integer' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { at: { type: 'string' }, code: { type: 'string' }, detail: { type: 'string' } },
        required: ['at', 'code', 'detail'],
      },
    },
  },
  required: ['title', 'status', 'code'],
}

const kindCards = {
  type: 'object',
  properties: { items: { type: 'array', items: { $ref: '#/components/schemas/KindCard' } } },
  required: ['items'],
}
const boundaries = {
  type: 'object',
  additionalProperties: true,
  description: 'GeoJSON FeatureCollection; properties id, name, level',
}

const parameterTypes = {
  limit: 'integer',
  version: 'integer',
  lon: 'number',
  lat: 'number',
  open: 'boolean',
  late: 'boolean',
}

function operationOf(route) {
  const [method, path] = route.at.split(' ')
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    name: match[1],
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const inQuery = (route.query ?? []).map((name) => ({
    name,
    in: 'query',
    required: false,
    schema: { type: parameterTypes[name] ?? 'string' },
  }))
  const inHeader = (route.headers ?? []).map((name) => ({
    name,
    in: 'header',
    required: false,
    schema: { type: 'string' },
  }))
  const reference = (name) => ({ $ref: `#/components/schemas/${name}` })
  const operation = {
    summary: route.say,
    ...(inPath.length + inQuery.length + inHeader.length ? { parameters: [...inPath, ...inQuery, ...inHeader] } : {}),
    ...(route.body && {
      requestBody: { required: true, content: { 'application/json': { schema: reference(route.body) } } },
    }),
    ...(route.upload && {
      requestBody: {
        required: true,
        content: {
          'multipart/form-data': {
            schema: { type: 'object', properties: { file: { type: 'string', format: 'binary' } }, required: ['file'] },
          },
        },
      },
    }),
    responses: {
      ...(route.answer
        ? {
            [route.status ?? '200']: {
              description: 'OK',
              content: { 'application/json': { schema: reference(route.answer) } },
            },
          }
        : { 204: { description: 'Done' } }),
      default: { description: 'Refused', content: { 'application/problem+json': { schema: reference('Problem') } } },
    },
  }
  return [path, method.toLowerCase(), operation]
}

const document = {
  openapi: '3.1.0',
  info: { title: 'Tongxin', version: '1' },
  paths: {},
  components: {
    schemas: { Words: words, Problem: problem, KindCards: kindCards, Boundaries: boundaries, ...structsOf(source) },
  },
}
for (const route of routes) {
  const [path, method, operation] = operationOf(route)
  document.paths[path] = { ...document.paths[path], [method]: operation }
}
writeFileSync(new URL('../openapi.json', import.meta.url), JSON.stringify(document, null, 2) + '\n')
console.log(`${Object.keys(document.paths).length} paths, ${Object.keys(document.components.schemas).length} shapes`)

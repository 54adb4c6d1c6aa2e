// XML to JSON by the Spark mapping: the root is dropped, a container of repeated children is an array.
const { XMLParser } = require('fast-xml-parser');

const containers = new Set(['services', 'service_requests', 'attributes', 'values', 'endpoints', 'formats', 'errors']);
const parser = new XMLParser({ ignoreDeclaration: true, parseTagValue: false, trimValues: true });

function spark(name, value) {
  if (value === '') return containers.has(name) ? [] : null;
  if (typeof value !== 'object') return value;
  if (containers.has(name)) {
    const [child] = Object.keys(value);
    const list = Array.isArray(value[child]) ? value[child] : [value[child]];
    return list.map((each) => spark(child, each));
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spark(key, each)]));
}

exports.parseXml = (text) => {
  const [[name, value]] = Object.entries(parser.parse(text));
  return spark(name, value);
};

// The published xml2json, whose native part npm builds where Node's headers are; elsewhere the same answer by another parser.
const published = (() => {
  try {
    return require('xml2json-published');
  } catch {
    return undefined;
  }
})();
const { XMLParser } = require('fast-xml-parser');

exports.published = published !== undefined;
exports.toJson = (text, options) =>
  published ? published.toJson(text, options) : new XMLParser({ ignoreDeclaration: true, parseTagValue: false }).parse(text);

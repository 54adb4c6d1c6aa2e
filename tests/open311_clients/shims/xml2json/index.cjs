const { XMLParser } = require('fast-xml-parser');

exports.toJson = (text) => new XMLParser({ ignoreDeclaration: true, parseTagValue: false }).parse(text);

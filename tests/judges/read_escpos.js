// What npos, a parser of ESC/POS that is not ours, finds in printers' bytes. Names of files in, one JSON answer out:
// for each file its parts in order, {command, value} or {text} or {picture, width, height, scale}. Bytes are in base64, and
// so are dots, eight in a byte.
'use strict';

const fs = require('fs');
const rules = require('npos/lib/parser/rules');
const GS = 0x1d;
// npos does not know the printer's own QR codes: length in two bytes, as after each GS (.
rules[GS]['(k'] = [0, 'd16'];
const Parser = require('npos/lib/parser');
const codecs = require('npos/lib/codecs');

function picture(raw, node) {
  const bitmap = codecs.raster.decode(raw, { offset: node.offset });
  const rowBytes = bitmap.width / 8;
  const dots = Buffer.alloc(rowBytes * bitmap.height);
  for (let y = 0; y < bitmap.height; y++) {
    for (let x = 0; x < bitmap.width; x++) {
      if (bitmap.getPixel(x, y) === 0) dots[y * rowBytes + (x >> 3)] |= 0x80 >> (x & 7);
    }
  }
  // npos passes over the mode of GS v 0: bit 0 doubles the width, bit 1 the height.
  const scale = [1, 2].map((bit) => (raw[node.offset + 3] & bit ? 2 : 1));
  return { picture: dots.toString('base64'), width: bitmap.width, height: bitmap.height, scale };
}

function part(raw, node) {
  const name = node.ascii + (node.fn || '');
  const bytes = raw.subarray(node.offset, node.offset + node.length);
  if (codecs.text.commands.includes(name)) return { text: codecs.text.decode(raw, node).toString('base64') };
  if (codecs.raster.commands.includes(name)) return picture(raw, node);
  return { command: name, value: bytes.subarray(1 + (node.fn || '').length).toString('base64') };
}

function read(file) {
  const found = new Parser(rules).analyze(fs.readFileSync(file));
  if (found.error) throw found.error;
  return found.tree.map((node) => part(found.raw, node));
}

process.stdout.write(JSON.stringify(process.argv.slice(2).map(read)));

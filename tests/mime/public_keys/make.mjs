// Remakes the keys of this folder that OpenPGP.js writes, in its versions 4, 5
// and 6.  They are test keys: the secret halves are not kept.
//
//   npm install --prefix DIR openpgp4@npm:openpgp@4 openpgp5@npm:openpgp@5 \
//     openpgp6@npm:openpgp@6
//   node tests/mime/public_keys/make.mjs DIR

import {createRequire} from 'node:module';
import {writeFileSync} from 'node:fs';
import path from 'node:path';

const from = createRequire(path.resolve(process.argv[2], 'package.json'));
const userId = {name: 'test key', email: 'openpgpjs@keys.example'};

function save(name, armored) {
  writeFileSync(path.join(import.meta.dirname, `openpgpjs${name}.asc`), armored);
}

for (const [name, options] of [
       ['4-rsa', {rsaBits: 2048}], ['4-cv25519', {curve: 'curve25519'}],
     ]) {
  const made = await from('openpgp4').generateKey(
      {userIds: [userId], ...options});
  save(name, made.publicKeyArmored);
}
for (const [name, options] of [
       ['5-rsa', {type: 'rsa', rsaBits: 4096}],
       ['5-cv25519', {type: 'ecc', curve: 'curve25519'}],
       ['5-p256', {type: 'ecc', curve: 'p256'}],
     ]) {
  const made = await from('openpgp5').generateKey(
      {userIDs: [userId], ...options});
  save(name, made.publicKey);
}
const v6 = {v6Keys: true, aeadProtect: true};
for (const [name, type, config] of [
       ['6-v4', 'ecc', {}], ['6-v4-x25519', 'curve25519', {}],
       ['6-v4-x448', 'curve448', {}], ['6-v6-x25519', 'curve25519', v6],
       ['6-v6-x448', 'curve448', v6], ['6-v6-rsa', 'rsa', v6],
     ]) {
  const made = await from('openpgp6').generateKey(
      {type, userIDs: [userId], config});
  save(name, made.publicKey);
}

// Remakes the OpenPGP.js part of corpus/payloads/: versions 4, 5 and 6 of the
// library, under keys made here and thrown away.
//
//   npm install --prefix DIR openpgp4@npm:openpgp@4 openpgp5@npm:openpgp@5 \
//     openpgp6@npm:openpgp@6
//   node generate/payloads.mjs DIR
//
// The other payloads: payloads.sh.

import {createRequire} from 'node:module';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';

const from = createRequire(path.resolve(process.argv[2], 'package.json'));
const out = path.resolve(import.meta.dirname, '../payloads');
mkdirSync(out, {recursive: true});

const text =
    'Content-Type: text/plain; charset=utf-8\r\n\r\n' +
    'The plaintext of a test message. It is encrypted before it is stored.\r\n';
const userId = {name: 'test key', email: 'openpgpjs@keys.example'};

function save(name, armored) {
  writeFileSync(path.join(out, `${name}.asc`), armored);
}

async function version4() {
  const openpgp = from('openpgp4');
  const generate = async (options) =>
      (await openpgp.generateKey({userIds: [userId], ...options})).key;
  const rsa = await generate({rsaBits: 2048});
  const ecc = await generate({curve: 'curve25519'});
  const message = () => openpgp.message.fromText(text);
  const encrypt = async (options) =>
      (await openpgp.encrypt({message: message(), ...options})).data;
  save('openpgpjs4-rsa', await encrypt({publicKeys: [rsa]}));
  save('openpgpjs4-cv25519', await encrypt({publicKeys: [ecc]}));
  openpgp.config.show_version = true;
  openpgp.config.show_comment = true;
  save('openpgpjs4-version-comment', await encrypt({publicKeys: [ecc]}));
  for (const [name, version, comment] of [
         ['mailvelope', 'Mailvelope v4.4.1', 'https://mailvelope.com'],
         ['proton', 'ProtonMail', 'https://protonmail.com'],
         [
           'flowcrypt', 'FlowCrypt Email Encryption 8.1.5',
           'Seamlessly send and receive encrypted email',
         ],
       ]) {
    openpgp.config.versionstring = version;
    openpgp.config.commentstring = comment;
    save(`openpgpjs4-${name}`,
         await encrypt({publicKeys: [rsa], privateKeys: [rsa]}));
  }
}

async function version5() {
  const openpgp = from('openpgp5');
  const generate = async (options) =>
      (await openpgp.generateKey(
           {userIDs: [userId], format: 'object', ...options}))
          .publicKey;
  const encrypt = async (options) => openpgp.encrypt(
      {message: await openpgp.createMessage({text}), ...options});
  const rsa = await generate({type: 'rsa', rsaBits: 2048});
  const ecc = await generate({type: 'ecc', curve: 'curve25519'});
  save('openpgpjs5-rsa', await encrypt({encryptionKeys: rsa}));
  save('openpgpjs5-two-recipients',
       await encrypt({encryptionKeys: [rsa, ecc]}));
  save('openpgpjs5-wildcard',
       await encrypt({encryptionKeys: [rsa, ecc], wildcard: true}));
  save('openpgpjs5-password', await encrypt({passwords: ['a test password']}));
  save('openpgpjs5-mailvelope', await encrypt({
         encryptionKeys: ecc,
         config: {
           showVersion: true,
           showComment: true,
           versionString: 'Mailvelope v5.1.2',
           commentString: 'https://mailvelope.com',
         },
       }));
  const many = [];
  for (let i = 0; i < 100; i++) {
    many.push(await generate({type: 'ecc', curve: 'curve25519'}));
  }
  save('openpgpjs5-100-recipients', await encrypt({encryptionKeys: many}));
  // The packet of a draft that GnuPG kept: type 20, here with OCB.
  const config = {
    aeadProtect: true,
    preferredAEADAlgorithm: openpgp.enums.aead.ocb,
  };
  save('openpgpjs5-aead-packet', await encrypt({
         encryptionKeys: await generate(
             {type: 'ecc', curve: 'curve25519', config}),
         config,
       }));
}

async function version6() {
  const openpgp = from('openpgp6');
  const {aead} = openpgp.enums;
  const generate = async (type, config = {}) =>
      (await openpgp.generateKey(
           {type, userIDs: [userId], format: 'object', config}))
          .publicKey;
  const encrypt = async (options) => openpgp.encrypt(
      {message: await openpgp.createMessage({text}), ...options});
  const v4 = await generate('ecc');
  const v4x25519 = await generate('curve25519');
  const v6 = {v6Keys: true, aeadProtect: true};
  const v6x25519 = await generate('curve25519', v6);
  const v6x448 = await generate('curve448', v6);
  const v6rsa = await generate('rsa', v6);
  save('openpgpjs6-v4-key', await encrypt({encryptionKeys: v4}));
  save('openpgpjs6-v4-x25519', await encrypt({encryptionKeys: v4x25519}));
  save('openpgpjs6-v6-x25519', await encrypt({encryptionKeys: v6x25519}));
  save('openpgpjs6-v6-x448', await encrypt({encryptionKeys: v6x448}));
  save('openpgpjs6-v6-rsa', await encrypt({encryptionKeys: v6rsa}));
  save('openpgpjs6-v6-three-recipients',
       await encrypt({encryptionKeys: [v6x25519, v6x448, v6rsa]}));
  save('openpgpjs6-v6-wildcard',
       await encrypt({encryptionKeys: [v6x25519], wildcard: true}));
  for (const [name, algorithm] of [
         ['ocb', aead.ocb], ['gcm', aead.gcm], ['eax', aead.eax],
       ]) {
    const keys = await generate(
        'curve25519', {...v6, preferredAEADAlgorithm: algorithm});
    save(`openpgpjs6-seipd2-${name}`, await encrypt({encryptionKeys: keys}));
    save(`openpgpjs6-skesk6-${name}`, await encrypt({
           passwords: ['a test password'],
           config: {aeadProtect: true, preferredAEADAlgorithm: algorithm},
         }));
  }
  save('openpgpjs6-skesk4-argon2', await encrypt({
         passwords: ['a test password'],
         config: {s2kType: openpgp.enums.s2k.argon2},
       }));
}

await version4();
await version5();
await version6();

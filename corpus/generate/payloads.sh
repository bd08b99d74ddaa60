#!/bin/bash
# Remakes corpus/payloads/: OpenPGP messages by GnuPG, Sequoia and RNP, each
# under keys made here and thrown away.  The messages of the corpus are built
# from these files (generate/all.py), so a run changes every message.
#
# Needs: gpg, sq, rnp.  OpenPGP.js has its own script, payloads.mjs.
set -euo pipefail

here=$(cd "$(dirname "$0")/.." && pwd)
out=$here/payloads
work=$(mktemp -d)
trap 'gpgconf --homedir "$work/gpg" --kill all; rm -rf "$work"' EXIT
mkdir -m 700 "$work/gpg" "$work/rnp"
mkdir -p "$out"

printf '%s\r\n' 'Content-Type: text/plain; charset=utf-8' '' \
  'The plaintext of a test message. It is encrypted before it is stored.' \
  > "$work/text"
head -c 12000 /dev/urandom | base64 > "$work/long"
printf 'ok\n' > "$work/tiny"

gpg() {
  command gpg --homedir "$work/gpg" --batch --yes --quiet --no-tty \
    --trust-model always --pinentry-mode loopback --passphrase '' "$@"
}
# name, key algorithm, subkey algorithm
gpg_key() {
  gpg --quick-generate-key "$1@keys.example" "$2" sign never
  local fpr
  fpr=$(gpg --list-keys --with-colons "$1@keys.example" |
    awk -F: '/^fpr/ { print $10; exit }')
  gpg --quick-add-key "$fpr" "$3" encr never
}
# name of the payload, then gpg's options
gpg_message() {
  local name=$1
  shift
  gpg --armor --output - "$@" "$work/text" > "$out/gpg-$name.asc"
}

gpg_key rsa2048 rsa2048 rsa2048
gpg_key rsa3072 rsa3072 rsa3072
gpg_key elgamal dsa2048 elg2048
gpg_key cv25519 ed25519 cv25519
gpg_key nistp256 nistp256 nistp256
gpg_key nistp384 nistp384 nistp384
gpg_key nistp521 nistp521 nistp521
gpg_key brainpool brainpoolP256r1 brainpoolP256r1

for key in rsa2048 rsa3072 elgamal cv25519 nistp256 nistp384 nistp521 \
  brainpool; do
  gpg_message "$key" --encrypt --recipient "$key@keys.example"
done
gpg_message signed --sign --local-user cv25519@keys.example \
  --encrypt --recipient cv25519@keys.example
gpg_message two-recipients --encrypt --recipient rsa2048@keys.example \
  --recipient cv25519@keys.example
gpg_message six-recipients --encrypt $(for key in rsa2048 rsa3072 elgamal \
  cv25519 nistp256 nistp521; do echo --recipient "$key@keys.example"; done)
gpg_message hidden-recipient --encrypt --hidden-recipient rsa2048@keys.example
gpg_message throw-keyids --encrypt --throw-keyids \
  --recipient cv25519@keys.example --recipient elgamal@keys.example
gpg_message uncompressed --compress-algo none --encrypt \
  --recipient cv25519@keys.example
gpg_message bzip2 --compress-algo bzip2 --encrypt \
  --recipient rsa2048@keys.example
for cipher in 3DES CAST5 BLOWFISH AES TWOFISH CAMELLIA256; do
  gpg_message "cipher-${cipher,,}" --cipher-algo "$cipher" --encrypt \
    --recipient rsa2048@keys.example
done
gpg_message comment --comment 'Made by hand' --encrypt \
  --recipient rsa2048@keys.example
gpg_message version --emit-version --encrypt --recipient rsa2048@keys.example
gpg_message version-comment --emit-version --emit-version \
  --comment 'Using GnuPG with Thunderbird - https://www.enigmail.net/' \
  --encrypt --recipient rsa2048@keys.example
gpg_message symmetric --passphrase 'a test passphrase' --symmetric
gpg_message symmetric-s2k-salted --passphrase 'a test passphrase' \
  --s2k-mode 1 --symmetric
gpg_message public-key-and-password --passphrase 'a test passphrase' \
  --symmetric --encrypt --recipient cv25519@keys.example
gpg --armor --compress-algo none --encrypt --recipient cv25519@keys.example \
  < "$work/tiny" > "$out/gpg-tiny.asc"
gpg --armor --compress-algo none --encrypt --recipient rsa2048@keys.example \
  < "$work/long" > "$out/gpg-partial-lengths.asc"
# What looks like a message and is not an encrypted one.
gpg_message not-signed-only --sign --local-user rsa2048@keys.example
gpg_message not-clearsigned --clear-sign --local-user rsa2048@keys.example
gpg_message not-stored --store
gpg --armor --export rsa2048@keys.example > "$out/gpg-not-public-key.asc"

for suite in cv25519 rsa3k; do
  sq key generate --cipher-suite "$suite" --userid "$suite@keys.example" \
    --export "$work/$suite.key" 2> /dev/null
  sq key extract-cert "$work/$suite.key" > "$work/$suite.cert"
  sq encrypt --recipient-cert "$work/$suite.cert" "$work/text" \
    > "$out/sq-$suite.asc"
done
sq encrypt --compression none --recipient-cert "$work/cv25519.cert" \
  --recipient-cert "$work/rsa3k.cert" "$work/text" \
  > "$out/sq-two-recipients.asc"
sq encrypt --compression zip --signer-key "$work/cv25519.key" \
  --recipient-cert "$work/cv25519.cert" "$work/text" > "$out/sq-signed-zip.asc"
sq encrypt --compression none --recipient-cert "$work/cv25519.cert" \
  "$work/long" > "$out/sq-partial-lengths.asc"

rnp_message() {
  local name=$1
  shift
  rnp --homedir "$work/rnp" --notty --password 'a test passphrase' --armor \
    --output - "$@" "$work/text" > "$out/rnp-$name.asc" 2> /dev/null
}
for curve in RSA x25519; do
  options=(--numbits 2048)
  [ "$curve" = RSA ] || options=(--cipher AES256)
  rnpkeys --homedir "$work/rnp" --notty --password '' "${options[@]}" \
    --userid "rnp@keys.example" --generate-key > /dev/null 2>&1
done
rnp_message rsa --encrypt --recipient rnp@keys.example
rnp_message aead-ocb --aead=OCB --encrypt --recipient rnp@keys.example
rnp_message symmetric --symmetric --cipher AES256
rnp_message two-passwords --symmetric --passwords 2
rnp_message zlib --zlib -z 9 --encrypt --recipient rnp@keys.example

echo "$(ls "$out" | wc -l) payloads in $out"

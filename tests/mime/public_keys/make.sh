#!/bin/bash
# Remakes the public keys of this folder with GnuPG, Sequoia and RNP.  They are
# test keys: the secret halves are thrown away at once.
#
# Needs: gpg, sq, rnpkeys.  OpenPGP.js has its own script, make.mjs; the keys
# named core-* were taken from messages, or exported as vCards.
set -euo pipefail

out=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'gpgconf --homedir "$work/gpg" --kill all; rm -rf "$work"' EXIT
mkdir -m 700 "$work/gpg"

gpg() {
  command gpg --homedir "$work/gpg" --batch --yes --quiet --no-tty \
    --pinentry-mode loopback --passphrase '' "$@"
}
# name, key algorithm, subkey algorithm, user id, expiration
gpg_key() {
  gpg --quick-generate-key "$4" "$2" sign "$5"
  local fpr
  fpr=$(gpg --list-keys --with-colons "$4" |
    awk -F: '/^fpr/ { print $10; exit }')
  gpg --quick-add-key "$fpr" "$3" encr "$5"
  if [[ $1 == *signing-subkey ]]; then gpg --quick-add-key "$fpr" "$2" sign; fi
  gpg --armor --export-options export-minimal --export "$fpr" > "$out/gpg-$1.asc"
}
# name, cipher suite, sq's options
sq_key() {
  local name=$1 suite=$2
  shift 2
  sq key generate --cipher-suite "$suite" --export "$work/sq.key" "$@"
  sq key extract-cert "$work/sq.key" > "$out/sq-$name.asc"
  rm "$work/sq.key" "$work"/*.rev
}
# name, rnp's options; its questions are answered by the standard input
rnp_key() {
  local name=$1
  shift
  mkdir -m 700 "$work/rnp-$name"
  rnpkeys --homedir "$work/rnp-$name" --password '' --generate-key \
    --userid 'test key <rnp@keys.example>' "$@"
  rnpkeys --homedir "$work/rnp-$name" --export-key rnp@keys.example \
    --overwrite --output "$out/rnp-$name.asc"
}

for curve in nistp256 nistp384 nistp521 brainpoolP256r1 brainpoolP384r1 \
  brainpoolP512r1 secp256k1; do
  gpg_key "${curve,,}" "$curve" "$curve" "$curve@keys.example" never
done
for bits in 1024 2048 3072 4096; do
  gpg_key "rsa$bits" "rsa$bits" "rsa$bits" "Test Key <rsa$bits@keys.example>" never
done
gpg_key cv25519 ed25519 cv25519 'test key (cv25519) <cv25519@keys.example>' 2y
gpg_key signing-subkey ed25519 cv25519 'signing@keys.example' never
gpg_key rsa-signing-subkey rsa2048 rsa2048 'rsa-signing@keys.example' never
for suite in cv25519 rsa3k rsa4k; do
  sq_key "$suite" "$suite" --userid "<$suite@keys.example>"
done
sq_key no-user-id cv25519
sq_key two-user-ids cv25519 --userid '<one@keys.example>' \
  --userid 'Two <two@keys.example>'
rnp_key rsa --numbits 3072
printf '22\n' | rnp_key ecc --expert
printf '19\n2\n' | rnp_key p384 --expert

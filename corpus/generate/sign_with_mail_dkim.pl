#!/usr/bin/perl
# Prints the DKIM-Signature field that Mail::DKIM makes of the message on
# standard input: sign_with_mail_dkim.pl KEY DOMAIN SELECTOR CANONICALIZATION
use strict;
use warnings;
use Mail::DKIM::PrivateKey;
use Mail::DKIM::Signer;

my ($key, $domain, $selector, $method) = @ARGV;
my $signer = Mail::DKIM::Signer->new(
    Algorithm => 'rsa-sha256',
    Method    => $method,
    Domain    => $domain,
    Selector  => $selector,
    Key       => Mail::DKIM::PrivateKey->load(File => $key),
);
binmode STDIN;
binmode STDOUT;
while (my $line = <STDIN>) {
    $signer->PRINT($line);
}
$signer->CLOSE;
print $signer->signature->as_string, "\r\n";

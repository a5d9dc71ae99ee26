#!/usr/bin/env bash
# Gives this machine a browser for the tests of the HTML report: nothing when one is on PATH, else Debian's chromium with
# apt-get, as root. Without one those tests are skipped, and say so.
set -euo pipefail

say() { printf 'browser.sh: %s\n' "$*" >&2; }

for name in chromium chromium-browser google-chrome; do
  if command -v $name > /dev/null; then
    say "$name is on PATH"
    exit 0
  fi
done
if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
  say 'no browser here: install chromium (Debian: apt-get install chromium), or the HTML report is not looked at'
  exit 1
fi
say 'installing chromium'
quietly=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0)
# A machine that has never asked its archive, or long ago, does not know the package or where it lies now.
"${quietly[@]}" install -y --no-install-recommends chromium > /dev/null 2>&1 \
  || { "${quietly[@]}" update && "${quietly[@]}" install -y --no-install-recommends chromium > /dev/null; } \
  || { say 'apt-get could not install chromium' && exit 1; }
